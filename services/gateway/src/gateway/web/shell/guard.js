/**
 * Watches over the start, before any module is there: a network that changes while the page comes leaves it half loaded.
 * No module itself, and no import, for it must not fail as they do.
 */
{
  const MOST = 3;
  const PAUSE_MS = 1_500;
  const PLACE = "greenroom.loads";

  const loadAgain = () => {
    try {
      const loads = Number(sessionStorage.getItem(PLACE)) + 1;
      sessionStorage.setItem(PLACE, String(loads));
      if (loads <= MOST) setTimeout(() => location.reload(), PAUSE_MS * loads);
    } catch {
      // Nothing can be counted here, so it is left to the button.
    }
  };

  // Errors of loading do not bubble, so they are caught on their way down.
  addEventListener(
    "error",
    ({ target }) => {
      if (!(target instanceof HTMLScriptElement)) return;
      const broken = /** @type {HTMLTemplateElement} */ (document.getElementById("half-loaded"));
      document.querySelector("main")?.replaceChildren(broken.content.cloneNode(true));
      document.querySelector("main button")?.addEventListener("click", () => location.reload());
      loadAgain();
    },
    { capture: true },
  );
  addEventListener("greenroom-started", () => {
    try {
      sessionStorage.removeItem(PLACE);
    } catch {
      // It was never counted.
    }
  });
}
