/* SPDX-License-Identifier: Apache-2.0 */
/* Requests about domains and about the server itself. */
#include <exen/printk.h>
#include <exen/string.h>

#include "path.h"
#include "request.h"

static int domid_arg(const struct xs_request *req, unsigned int i, uint32_t *domid)
{
	return xs_parse_number(req->arg[i], 0xffff, domid) ? 0 : -EINVAL;
}

/* Replies OK if the call that was made for the request's domid went well. */
static int finish(struct xs_request *req, int rc)
{
	if (rc == 0)
		xs_reply_ok(req);
	return rc;
}

/* The ring and its port are the hypervisor's own business: <mfn> and <port> are not looked at. */
int xs_handle_introduce(struct xs_request *req)
{
	uint32_t domid;
	int rc = domid_arg(req, 0, &domid);

	return finish(req, rc ? rc : xs_domain_introduce(req->srv, domid));
}

int xs_handle_release(struct xs_request *req)
{
	uint32_t domid;
	int rc = domid_arg(req, 0, &domid);

	if (rc == 0 && domid == 0)
		rc = -EINVAL;
	return finish(req, rc ? rc : xs_domain_release(req->srv, domid));
}

int xs_handle_resume(struct xs_request *req)
{
	uint32_t domid;
	int rc = domid_arg(req, 0, &domid);

	return finish(req, rc ? rc : xs_domain_resume(req->srv, domid));
}

int xs_handle_set_target(struct xs_request *req)
{
	uint32_t domid, target;
	int rc = domid_arg(req, 0, &domid);

	if (rc == 0)
		rc = domid_arg(req, 1, &target);
	return finish(req, rc ? rc : xs_domain_set_target(req->srv, domid, target));
}

int xs_handle_get_domain_path(struct xs_request *req)
{
	char path[sizeof("/local/domain/65535")];
	uint32_t domid;
	int rc = domid_arg(req, 0, &domid);

	if (rc)
		return rc;
	xs_reply(req, path,
		 snprintf(path, sizeof(path), "/local/domain/%u", (unsigned int)domid) + 1);
	return 0;
}

int xs_handle_is_domain_introduced(struct xs_request *req)
{
	uint32_t domid;
	int rc = domid_arg(req, 0, &domid);

	if (rc)
		return rc;
	xs_reply(req, xs_domain_is_introduced(req->srv, domid) ? "T" : "F", 2);
	return 0;
}

/* -- CONTROL */

static int control_memreport(struct xs_request *req)
{
	const struct xs_server *srv = req->srv;
	char text[128];
	int len = snprintf(text, sizeof(text), "nodes %u of %u\nchunks %u of %u\n",
			   srv->nr_nodes - 1 - srv->free_nodes, srv->nr_nodes - 1,
			   srv->nr_chunks - 1 - srv->free_chunks, srv->nr_chunks - 1);

	xs_reply(req, text, len + 1);
	return 0;
}

static int control_print(struct xs_request *req)
{
	char line[128];
	size_t i;

	if (req->nr_args < 2)
		return -EINVAL;
	for (i = 0; i < sizeof(line) - 1 && req->arg[1][i]; i++)
		line[i] = req->arg[1][i] >= ' ' && req->arg[1][i] <= '~' ? req->arg[1][i] : '.';
	line[i] = '\0';
	printk("xenstore: d%u: %s\n", req->conn->who.domid, line);
	xs_reply_ok(req);
	return 0;
}

static int control_help(struct xs_request *req);

static const struct {
	const char *name;
	const char *parameters;
	xs_handler_t handler;
} control_commands[] = {
	{ "help", "", control_help },
	{ "memreport", "", control_memreport },
	{ "print", "<string>", control_print },
};

static int control_help(struct xs_request *req)
{
	char text[128];
	size_t i, len = 0;

	for (i = 0; i < ARRAY_SIZE(control_commands); i++)
		len += snprintf(text + len, sizeof(text) - len, "%s\t%s\n",
				control_commands[i].name, control_commands[i].parameters);
	xs_reply(req, text, len + 1);
	return 0;
}

int xs_handle_control(struct xs_request *req)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(control_commands); i++)
		if (strcmp(req->arg[0], control_commands[i].name) == 0)
			return control_commands[i].handler(req);
	return -EINVAL;
}
