/* Copies a field's text: the new way where there is one, else as of old; over HTTP and in WeChat only the old way works. */
export function copy(area) {
  area.focus();
  area.select();
  area.setSelectionRange(0, area.value.length);
  const old = () => {
    try { return document.execCommand("copy"); } catch (e) { return false; }
  };
  if (navigator.clipboard && window.isSecureContext) return navigator.clipboard.writeText(area.value).then(() => true, old);
  return Promise.resolve(old());
}
