/** Modal dialogs: the browser's own element, which keeps the focus inside and gives it back when it closes. */

import { button, h } from "./dom.js";

let names = 0;

/**
 * Open a dialog with a form. `submit` is run when the form is sent: what it returns (or resolves with) closes the
 * dialog and is the result; `undefined` keeps it open, and a thrown `Error` shows its message.
 *
 * @template T
 * @param {object} parts
 * @param {string} parts.title
 * @param {Array<Node | string | null | false>} parts.body what stands between the title and the buttons
 * @param {string} parts.done the label of the button that sends the form
 * @param {boolean} [parts.danger] whether that button cannot be taken back
 * @param {string} [parts.wrong] an error to begin with
 * @param {() => T | undefined | Promise<T | undefined>} parts.submit
 * @returns {Promise<T | null>} null when it was dismissed, or the view was left
 */
export function ask({ title, body, done, danger = false, wrong = "", submit }) {
  return new Promise((resolve) => {
    const id = `dialog-${(names += 1)}`;
    /** @type {T | null} */
    let result = null;
    const trouble = h("p", { class: "wrong", role: "alert" }, wrong);
    const cancel = button("Cancel", () => dialog.close());
    const send = h("button", { type: "submit", class: danger ? "danger" : "primary" }, done);
    const form = h(
      "form",
      { method: "dialog", novalidate: true },
      h("h2", { id }, title),
      ...body,
      trouble,
      h("div", { class: "ends" }, cancel, send),
    );
    const dialog = h("dialog", { "aria-labelledby": id }, form);
    const dismiss = () => dialog.close();
    let sending = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (sending) return; // the second click of a double click
      sending = true;
      try {
        const value = await submit();
        if (value === undefined) return;
        result = value;
        dialog.close();
      } catch (error) {
        trouble.textContent = error instanceof Error ? error.message : String(error);
      } finally {
        sending = !dialog.open;
      }
    });
    dialog.addEventListener("close", () => {
      removeEventListener("hashchange", dismiss);
      dialog.remove();
      resolve(result);
    });
    addEventListener("hashchange", dismiss);
    document.body.append(dialog);
    dialog.showModal();
  });
}

/**
 * Ask before something is done that cannot be taken back.
 *
 * @param {{title: string, text: string, done: string}} question
 * @returns {Promise<boolean>}
 */
export async function confirmed({ title, text, done }) {
  const answer = await ask({ title, body: [h("p", {}, text)], done, danger: true, submit: () => true });
  return answer === true;
}
