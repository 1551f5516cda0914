/* Copies a field's text: the new way where there is one, else as of old; over HTTP and in WeChat only the old way works. */
export async function copy(area) {
  area.focus();
  area.select();
  area.setSelectionRange(0, area.value.length);
  if (navigator.clipboard && window.isSecureContext) {
    try {
      await navigator.clipboard.writeText(area.value);
      return true;
    } catch (error) {
      // Refused: the old way may do.
    }
  }
  try {
    return document.execCommand('copy');
  } catch (error) {
    return false;
  }
}
