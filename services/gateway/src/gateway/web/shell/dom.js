/**
 * Building elements. The page has no framework; these few functions are what its views share.
 *
 *     h("button", { type: "button", class: "primary", ariaLabel: "Make portrait: Mira", onclick }, "Make portrait")
 */

const SVG = "http://www.w3.org/2000/svg";

/**
 * Make an element. In `props`, `class` and attributes are set as attributes (`true` is an empty one; `null`,
 * `undefined` and `false` are left out), `aria…` in camelCase as the property of that name, `on…` as a listener, and
 * `style` as an object of CSS properties (the policy forbids the attribute). Text among the children is never read
 * as HTML; `null` and `false` among them are left out.
 *
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, any>} [props]
 * @param {...(Node | string | number | null | undefined | false)} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function h(tag, props = {}, ...children) {
  return /** @type {any} */ (fill(document.createElement(tag), props, children));
}

/**
 * The same for SVG.
 *
 * @param {string} tag
 * @param {Record<string, any>} [props]
 * @param {...(Node | string)} children
 * @returns {SVGElement}
 */
export function svg(tag, props = {}, ...children) {
  return /** @type {any} */ (fill(document.createElementNS(SVG, tag), props, children));
}

/**
 * A button that does nothing while it is `aria-disabled`, and nothing on the second click of a double click (which may
 * meet a button that means something else by then), unless it `repeats`. `name` is its accessible name where the text
 * alone is not unique.
 *
 * @param {string | Node} label
 * @param {(event: MouseEvent) => void} action
 * @param {{name?: string, off?: boolean, repeats?: boolean} & Record<string, any>} [props]
 */
export function button(label, action, { name, off, repeats = false, ...props } = {}) {
  const element = h("button", { type: "button", ...props }, label);
  if (name) element.ariaLabel = name;
  if (off) setOff(element, off);
  element.addEventListener("click", (event) => {
    if ((event.detail > 1 && !repeats) || element.ariaDisabled === "true") event.preventDefault();
    else action(event);
  });
  return element;
}

/**
 * Make a control unusable, or usable again. Not by `disabled`, which takes the focus from whoever has just pressed it.
 *
 * @param {Element} control
 * @param {boolean} off
 */
export function setOff(control, off) {
  control.ariaDisabled = off ? "true" : null;
}

/**
 * Set a text if it is another: a live region would read the same words again.
 *
 * @param {Element} element
 * @param {string | number} text
 */
export function say(element, text) {
  if (element.textContent !== String(text)) element.textContent = String(text);
}

/**
 * Make these the parent's children, in this order, moving none that is in its place: focus, scroll and playing clips
 * stay as they are.
 *
 * @param {Element} parent
 * @param {Iterable<Element>} wanted
 */
export function arrange(parent, wanted) {
  let next = parent.firstElementChild;
  for (const child of wanted) {
    if (child === next) next = next.nextElementSibling;
    else parent.insertBefore(child, next);
  }
  while (next) {
    const gone = next;
    next = next.nextElementSibling;
    gone.remove();
  }
}

/**
 * @param {Element} element
 * @param {Record<string, any>} props
 * @param {Array<Node | string | number | null | undefined | false>} children
 */
function fill(element, props, children) {
  for (const [name, value] of Object.entries(props)) set(/** @type {any} */ (element), name, value);
  for (const child of children) {
    if (child !== null && child !== undefined && child !== false) {
      element.append(child instanceof Node ? child : String(child));
    }
  }
  return element;
}

/**
 * @param {HTMLElement} element
 * @param {string} name
 * @param {any} value
 */
function set(element, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
  else if (/^aria[A-Z]/.test(name)) /** @type {any} */ (element)[name] = String(value);
  else if (name === "style") for (const [key, part] of Object.entries(value)) element.style.setProperty(key, part);
  else element.setAttribute(name, value === true ? "" : value);
}

/** As many of a thing, in words. @param {number} count @param {string} thing */
export function many(count, thing) {
  return `${count} ${thing}${count === 1 ? "" : "s"}`;
}

/**
 * Make an element's content what another's is, and touch only what differs: texts and the number of things.
 *
 * @param {Element} element
 * @param {Element} wanted whose attributes follow from where each thing stands
 */
export function renew(element, wanted) {
  const before = [...element.childNodes];
  const after = [...wanted.childNodes];
  for (const [index, node] of after.entries()) {
    const old = before[index];
    if (old?.nodeName !== node.nodeName) old ? old.replaceWith(node) : element.append(node);
    else if (node instanceof Element) renew(/** @type {Element} */ (old), node);
    else if (old.nodeValue !== node.nodeValue) old.nodeValue = node.nodeValue;
  }
  for (const old of before.slice(after.length)) old.remove();
}
