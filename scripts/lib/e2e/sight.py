"""What a user sees of a page: its texts, through all shadow roots."""

from collections.abc import Iterable
import re

from playwright.async_api import Page

_COLLECT_TEXTS = """() => {
  const texts = [];
  const walk = (node) => {
    if (node.nodeType === Node.TEXT_NODE) {
      const text = node.textContent.replace(/\\s+/g, " ").trim();
      if (text) texts.push(text);
      return;
    }
    if (node.nodeType === Node.ELEMENT_NODE) {
      if (["STYLE", "SCRIPT"].includes(node.tagName)) return;
      const style = getComputedStyle(node);
      if (style.display === "none" || style.visibility === "hidden") return;
      for (const name of ["aria-label", "placeholder", "title"]) {
        const text = node.getAttribute(name);
        if (text) texts.push(text.trim());
      }
      const slotted = node.assignedNodes?.({ flatten: true }) ?? [];
      if (slotted.length) return slotted.forEach(walk);
      if (node.shadowRoot) return node.shadowRoot.childNodes.forEach(walk);
    }
    node.childNodes.forEach(walk);
  };
  walk(document.body);
  return texts;
}"""

# Keys of translations, as the frontend shows them where a translation is missing.
_RAW_KEY = re.compile(
    r"component\.|ui\.(?:panel|dialogs|card|components)\.|grandstream_gsc\."
    r"|\b(?:line_\d|on_hold|remote_n(?:ame|umber)|single_play_seconds|verify_ssl)\b"
    r"|\b(?:end|accept|reject)_call\b|toggle_mute|factory_reset|\{\w+\}"
)


async def visible_texts(page: Page) -> list[str]:
    """List the texts of a page, those for screen readers too."""
    texts: list[str] = await page.evaluate(_COLLECT_TEXTS)
    return texts


def raw_keys(texts: Iterable[str]) -> list[str]:
    """List the texts that are no texts but keys of translations."""
    return [text for text in texts if _RAW_KEY.search(text)]
