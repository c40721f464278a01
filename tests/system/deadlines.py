# SPDX-License-Identifier: Apache-2.0
"""How long tests wait for what may take its time on a busy host; nobody waits longer than it takes."""

SHELL_S = 600           # until a domain that has just been started has its shell
