// SPDX-License-Identifier: GPL-2.0
/*
 * A disk for measurements, /dev/paced: it takes as long as a card does, one request after the other, and moves nothing, as if
 * its controller did so by DMA.  A read leaves the pages as they are.
 */
#include <linux/blk-mq.h>
#include <linux/hrtimer.h>
#include <linux/module.h>

static unsigned int latency_us = 100;
module_param(latency_us, uint, 0444);
MODULE_PARM_DESC(latency_us, "microseconds a request takes, whatever its length");
static unsigned int mb_per_s = 50;
module_param(mb_per_s, uint, 0444);
MODULE_PARM_DESC(mb_per_s, "how fast its data is, in 10^6 bytes a second");
static unsigned int mib = 16;
module_param(mib, uint, 0444);
MODULE_PARM_DESC(mib, "size in MiB");

static struct blk_mq_tag_set tags;
static struct gendisk *disk;
static struct hrtimer timer;
static struct request *current_request;

static blk_status_t queue_rq(struct blk_mq_hw_ctx *hctx, const struct blk_mq_queue_data *data)
{
	const u64 ns = latency_us * NSEC_PER_USEC + div_u64(blk_rq_bytes(data->rq) * 1000ULL, mb_per_s);

	blk_mq_start_request(data->rq);
	current_request = data->rq;
	hrtimer_start(&timer, ns_to_ktime(ns), HRTIMER_MODE_REL);
	return BLK_STS_OK;
}

static enum hrtimer_restart done(struct hrtimer *unused)
{
	blk_mq_complete_request(current_request);
	return HRTIMER_NORESTART;
}

static void end_request(struct request *request)
{
	blk_mq_end_request(request, BLK_STS_OK);
}

static const struct blk_mq_ops queue_ops = {
	.queue_rq = queue_rq,
	.complete = end_request,
};

static const struct block_device_operations disk_ops = {
	.owner = THIS_MODULE,
};

static int __init paced_init(void)
{
	int rc;

	if (!mb_per_s)
		return -EINVAL;
	hrtimer_init(&timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
	timer.function = done;
	tags.ops = &queue_ops;
	tags.nr_hw_queues = 1;
	tags.queue_depth = 1;		/* one at a time */
	tags.numa_node = NUMA_NO_NODE;
	tags.flags = BLK_MQ_F_SHOULD_MERGE;
	rc = blk_mq_alloc_tag_set(&tags);
	if (rc)
		return rc;
	disk = blk_mq_alloc_disk(&tags, NULL);
	if (IS_ERR(disk)) {
		rc = PTR_ERR(disk);
		goto free_tags;
	}
	strscpy(disk->disk_name, "paced", sizeof(disk->disk_name));
	disk->fops = &disk_ops;
	blk_queue_max_hw_sectors(disk->queue, 1024);
	blk_queue_max_segments(disk->queue, 128);
	set_capacity(disk, (sector_t)mib << (20 - SECTOR_SHIFT));
	rc = add_disk(disk);
	if (!rc)
		return 0;
	put_disk(disk);
free_tags:
	blk_mq_free_tag_set(&tags);
	return rc;
}

static void __exit paced_exit(void)
{
	del_gendisk(disk);
	put_disk(disk);
	blk_mq_free_tag_set(&tags);
}

module_init(paced_init);
module_exit(paced_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("A disk that takes its time and moves nothing");
