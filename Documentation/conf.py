# SPDX-License-Identifier: GPL-2.0-only
# How does Sphinx build these pages? sphinx-build -W Documentation out/html
project = "virtio-gpu"
author = "The virtio-gpu guest driver maintainers"
html_theme = "alabaster"
highlight_language = "none"
