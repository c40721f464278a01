#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Breaks the xenstore server in one place at a time and expects a test to fail.  Prints TAP.

Each entry of MUTANTS: file, text that occurs once in it, what stands there instead.
"""

import pathlib
import shutil
import subprocess
import sys

TOP = pathlib.Path(__file__).resolve().parents[3]
COPY = TOP / "out" / "tests" / "xenstore-mutants"
SERVER = COPY / "hypervisor" / "domain" / "xenstore"
PARTS = ("abi", "hypervisor/include", "hypervisor/domain/xenstore", "tools/xenstore-host",
         "tests/unit")

MUTANTS = (
    ("view.c", "s->flags |= XS_NODE_TOUCHED;", ""),
    ("view.c", "\ttouch(v, judge);\n", ""),
    ("view.c", "return may(v, xs_view_content(v, judge), access) ? rc : -EACCES;",
     "return may(v, xs_view_content(v, judge), access) || rc ? rc : -EACCES;"),
    ("view.c", "if (xs_view_has_flags(v, at->shadow, XS_NODE_HIDE | XS_NODE_DELETED))",
     "if (xs_view_has_flags(v, at->shadow, XS_NODE_DELETED))"),
    ("view.c", "if (with_value)\n\t\txs_text_copy(srv, s->payer, &s->value, &n->value);", ""),
    ("store.c", "if (!v->who.privileged)\n\t\tperms[0].domid = v->who.domid;", ""),
    ("store.c", "s->flags |= XS_NODE_LISTED;", ""),
    ("store.c", "if (!v->who.privileged && perms[0].domid != former.perms[0].domid)", "if (0)"),
    ("store.c", "if (!v->who.privileged && len > XS_QUOTA_VALUE)", "if (0)"),
    ("store.c", "s->flags &= ~(XS_NODE_OWN | XS_NODE_HIDE | XS_NODE_FIRE | XS_NODE_DELETED);",
     "s->flags &= ~(XS_NODE_HIDE | XS_NODE_FIRE | XS_NODE_DELETED);"),
    ("store.c", "return len ? -ENOENT : 0;", "return 0;"),
    ("store.c", "list->gen += v->txn->changes;", ""),
    ("store.c", "xs_node_children_changed(srv, parent->node);", ""),
    ("store.c", "\txs_node_children_changed(v->srv, l.parent.node);\n", ""),
    ("store.c", "\txs_watch_fire_removal(v->srv, path, xs_node(v->srv, l.at.node));\n", ""),
    ("store.c", "announce(v, path, &l.at, &former);", "announce(v, path, &l.at, NULL);"),
    ("store.c", ".chunks = MAX(xs_chunks(len), had) - had", ".chunks = 0"),
    ("transaction.c", "if ((s->flags & XS_NODE_TOUCHED) && s->gen != (n ? n->gen : 0))", "if (0)"),
    ("transaction.c", "return !(s->flags & XS_NODE_LISTED) || (n && s->children_gen == n->children_gen);",
     "return true;"),
    ("transaction.c", "\tif (s->flags & (XS_NODE_DELETED | XS_NODE_HIDE))\n\t\tremove_peer(srv, s);\n",
     "\tif (s->flags & XS_NODE_DELETED)\n\t\tremove_peer(srv, s);\n"),
    ("transaction.c", "\tif (s->flags & XS_NODE_FIRE) {", "\tif (0) {"),
    ("transaction.c", "\treturn xs_budget(srv, &t->conn->who, t->conn->who.domid, &need);", "\treturn 0;"),
    ("transaction.c", "srv->transactions[i].conn == conn && srv->", "srv->"),
    ("transaction.c", "a->transactions >= XS_QUOTA_TRANSACTIONS", "0"),
    ("transaction.c", "\txs_node_children_changed(srv, parent);\n", ""),
    ("transaction.c", "\txs_node_children_changed(srv, xs_node(srv, s->peer)->parent);\n", ""),
    ("transaction.c", "\txs_node_changed(srv, n);\n", ""),
    ("node.c", "\txs_text_recharge(srv, &n->value, n->payer, perms[0].domid);\n", ""),
    ("node.c", "\t*link = n->next;\n", "\t*link = 0;\n"),
    ("pool.c", "a->nodes + need->nodes > XS_QUOTA_NODES", "0"),
    ("pool.c", "a->shadows + need->shadows > XS_QUOTA_SHADOWS", "0"),
    ("pool.c", "a->chunks + need->chunks > XS_QUOTA_CHUNKS", "0"),
    ("pool.c", "\tif (need->nodes + need->shadows > srv->free_nodes || need->chunks > srv->free_chunks)\n\t\treturn -ENOMEM;\n",
     ""),
    ("perm.c", "if (who->privileged)", "if (0)"),
    ("perm.c", "if (perms[0].domid == domid)", "if (0)"),
    ("perm.c", "return access_of(perms, nr, who->domid) | access_of(perms, nr, who->target);",
     "return access_of(perms, nr, who->domid);"),
    ("perm.c", "if (nr == XS_NODE_PERMS)", "if (0)"),
    ("perm.c", "n > (max - digit) / 10", "0"),
    ("path.c", "if (!is_valid(path) || path[0] == '@')", "if (!is_valid(path))"),
    ("path.c", "if (len > XENSTORE_REL_PATH_MAX)", "if (0)"),
    ("path.c", "if (base + len >= XS_PATH_BYTES)", "if (base + len > XS_PATH_BYTES)"),
    ("watch.c", "a->watches >= XS_QUOTA_WATCHES", "0"),
    ("watch.c", "if (token_len > XS_TOKEN_MAX)", "if (0)"),
    ("watch.c", "if (watch_find(srv, conn, path, token))", "if (0)"),
    ("watch.c", "if (w->relative)", "if (0)"),
    ("watch.c", "\tif (w->missed || !queue_event(srv, w, path))\n\t\tmark_missed(srv, w);",
     "\tqueue_event(srv, w, path);"),
    ("watch.c", " && (path[w->path.len] == '/' || path[w->path.len] == '\\0') &&", " &&"),
    ("watch.c", "\t       xs_text_at(srv, &w->path, len) == '/';", "\t       true;"),
    ("watch.c", "(may_read(w->conn, node) || (former && may_read(w->conn, former)))", "true"),
    ("watch.c", "if (may_read(w->conn, xs_node(srv, deepest)))", "if (1)"),
    ("watch.c", " && may_read(w->conn, node))\n\t\t\tfire(srv, w, name);", ")\n\t\t\tfire(srv, w, name);"),
    ("watch.c", "\tif (w->missed)\n\t\tw->conn->nr_missed--;\n", ""),
    ("connection.c", "return conn->state == XS_CONN_OPEN && conn->out_len <= XS_EVENT_BYTES;",
     "return conn->state == XS_CONN_OPEN;"),
    ("connection.c", "\treturn MAX(conn->out_len, XS_EVENT_BYTES) - conn->out_len;",
     "\treturn XS_OUT_BYTES - conn->out_len;"),
    ("connection.c", "\tif (conn->out_len == 0 && !conn->owes_reply)\n\t\treturn XS_OUT_BYTES;\n", ""),
    ("connection.c", "return header.len <= XENSTORE_PAYLOAD_MAX ? sizeof(header) + header.len : 0;",
     "return sizeof(header) + header.len;"),
    ("connection.c", " || !xs_account(srv, conn->who.domid)->introduced", ""),
    ("connection.c", "\txs_watches_reset(srv, conn);\n", ""),
    ("connection.c", "\txs_transactions_reset(srv, conn);\n", ""),
    ("connection.c", "\twhile (conn->nr_missed) {\n", "\twhile (0) {\n"),
    ("request.c", "if ((type->flags & FLAG_PRIVILEGED) && !req->conn->who.privileged)", "if (0)"),
    ("request.c", "if (rc == 0 && req->nr_args < type->min_args)", "if (0)"),
    ("request.c", "if (req->header.len && end[-1] != '\\0')", "if (0)"),
    ("request.c", "\t\tif (!req->view.txn)\n\t\t\treturn -ENOENT;\n", ""),
    ("request.c", "req->header.type >= XS_TYPE_COUNT || ", ""),
    ("request_store.c", "if (list.len > XENSTORE_PAYLOAD_MAX)", "if (0)"),
    ("request_store.c", "\txs_conn_put(req->conn, \"\", is_last);\n", ""),
    ("request_store.c", "if (req->payload[req->header.len - 1] != '\\0')", "if (0)"),
    ("request_session.c", "if (req->view.txn)\n\t\treturn -EBUSY;", ""),
    ("request_session.c", "\txs_reply_ok(req);\n\txs_watch_fire_first(req->srv, req->conn, req->srv->path, req->arg[1]);",
     "\txs_watch_fire_first(req->srv, req->conn, req->srv->path, req->arg[1]);\n\txs_reply_ok(req);"),
    ("domain.c", "\tif (!a->shut_down)\n", "\tif (1)\n"),
    ("domain.c", "\tremove_nodes_of(srv, domid);\n", ""),
    ("domain.c", "\ta->shut_down = false;\n\treturn 0;", "\treturn 0;"),
    ("ring.c", "if (available > XENSTORE_RING_SIZE)", "if (0)"),
    ("ring.c", "if (waiting > XENSTORE_RING_SIZE)", "if (0)"),
    ("ring.c", "if (!ring->has_complained)", "if (1)"),
    ("ring.c", "\twrite_index(&page->error, XENSTORE_ERROR_NONE);\n", ""),
    ("ring.c", "\tif (ring->has_moved)\n", "\tif (0)\n"),
    ("xenstore.c", "\t\txs_conn_reset(server, ring->conn);\n", ""),
    ("xenstore.c", "\tif (ring->conn->state == XS_CONN_PROTOCOL)", "\tif (0)"),
    ("xenstore.c", "\txenstore_rm_local(path);\n\txs_domain_remove(server, domid);",
     "\txs_domain_remove(server, domid);"),
)


def prepare():
    """A copy of what is needed."""
    shutil.rmtree(COPY, ignore_errors=True)
    for part in PARTS:
        shutil.copytree(TOP / part, COPY / part)


def first_failure():
    """What fails first, None if nothing does."""
    made = subprocess.run(["make", "-s", "-C", COPY / "tests/unit/xenstore", "all", "XS_WARN="],
                          capture_output=True, text=True, check=False)
    if made.returncode:
        sys.exit("does not compile: " + made.stderr)
    try:
        run = subprocess.run([COPY / "out/tests/xenstore/test-xenstore"], capture_output=True,
                             text=True, timeout=60, check=False)
    except subprocess.TimeoutExpired:
        return "does not end"
    failed = [line for line in run.stdout.splitlines() if line.startswith("not ok")]
    if failed:
        return failed[0].split(" - ")[1]
    return f"ended with status {run.returncode}" if run.returncode else None


def main():
    """Returns the exit status."""
    prepare()
    if first_failure():
        sys.exit("the tests fail without a mutant")
    missed = 0
    for number, (name, old, new) in enumerate(MUTANTS, 1):
        path = SERVER / name
        text = path.read_text()
        if text.count(old) != 1:
            sys.exit(f"{name}: occurs {text.count(old)} times: {old!r}")
        path.write_text(text.replace(old, new))
        failure = first_failure()
        path.write_text(text)
        missed += not failure
        print(f"{'' if failure else 'not '}ok {number} - {name}: {old.strip().splitlines()[0]}"
              f" # {failure or 'nothing fails'}", flush=True)
    print(f"1..{len(MUTANTS)}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
