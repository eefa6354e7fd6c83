"""The sentences of reports, maps and charts: for each its Chinese and its English."""

from __future__ import annotations

from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {
    "untitled": ("未命名的报告", "An untitled report"),
    "page": ("第 {page} 页，共 {pages} 页", "Page {page} of {pages}"),
    "foot_hash": ("结果指纹 {hash}", "Results {hash}"),
    "made_on": ("结果生成日期", "Results made on"),
    "fingerprint": ("结果指纹（SHA-256）", "Fingerprint of the results (SHA-256)"),
    "simulated_title": ("含模拟内容：不得作为真实情况引用", "Partly simulated: not to be quoted as fact"),
    "site_count": ("{count} 个站址", "{count} sites"),
    "explanation_title": ("{village}：信号说明", "{village}: its signal explained"),
    "explanation_sub": ("为什么有或没有信号，以及怎样补上", "Why there is signal or none, and what would mend it"),
    "coverage_title": ("通信覆盖评估报告", "Report on coverage"),
    "siting_title": ("站址规划报告", "Report on plans for sites"),
}
