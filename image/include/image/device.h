/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file A domain's paravirtual devices as the configuration has them: nodes for xenstore, of any class.
 * What they mean is between frontend and backend; nothing here knows a class.
 */
#ifndef IMAGE_DEVICE_H
#define IMAGE_DEVICE_H

#include <stdint.h>

#define IMAGE_MAX_PV_DEVICES	8	/**< of a domain */
#define IMAGE_PV_CLASS_LEN	8	/**< "vbd", with the 0 at the end */
#define IMAGE_PV_TEXT		1536	/**< bytes of names and values of all devices of a domain */

struct image_pv_device {
	char class[IMAGE_PV_CLASS_LEN];
	uint32_t handle;		/**< unique among the domain's devices of a class */
	uint32_t backend;		/**< domid; set when all domains are known */
	/* Where in struct image_pv_devices.text things start. */
	uint16_t backend_name;		/**< of the domain */
	uint16_t frontend_nodes;	/**< name, 0, value, 0, ... and an empty name */
	uint16_t backend_nodes;		/**< likewise */
};

struct image_pv_devices {
	unsigned int nr;
	struct image_pv_device device[IMAGE_MAX_PV_DEVICES];
	uint32_t text_len;		/**< bytes of @ref text in use; the first is a 0 */
	char text[IMAGE_PV_TEXT];
};

#endif
