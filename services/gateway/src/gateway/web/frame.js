/** The frame of a card: an unlit figure at first, then the portrait, then the clip over it. */

const TRIES = 3;
const TALL = 0.58; // 9:16 and narrower
const calm = matchMedia("(prefers-reduced-motion: reduce)");

/** Clips play while they can be seen, so that seven of them neither run unseen nor hold every connection. */
const audience = new IntersectionObserver(
  (sightings) => {
    for (const { target, isIntersecting } of sightings) {
      if (!isIntersecting) target.pause();
      else if (!calm.matches) target.play().catch(() => target.pause()); // forbidden here: the controls are left
    }
  },
  { threshold: 0.4 },
);

/** Shows what it is given. Either file may fail to load: then `isKept(kind)` decides whether to try again. */
export class Frame {
  #element;
  #name;
  #isKept;
  #shown = { portrait: null, video: null };

  constructor(element, name, isKept) {
    this.#element = element;
    this.#name = name;
    this.#isKept = isKept;
  }

  /** `lit` is 0 to 1, or null while nobody knows; `waiting` says that something is being made. */
  light({ lit, waiting }) {
    this.#element.classList.toggle("waiting", waiting);
    this.#element.classList.toggle("unknown", waiting && lit === null);
    this.#element.style.setProperty("--lit", String(lit ?? 0));
  }

  /** Show these files' addresses; null for none. */
  render(urls) {
    for (const kind of ["portrait", "video"]) {
      if (this.#shown[kind]?.url !== urls[kind]) this.#replace(kind, urls[kind], urls.portrait);
    }
  }

  #replace(kind, url, poster) {
    const before = this.#shown[kind]?.media;
    this.#shown[kind] = null;
    if (!url) return leave(before);
    const media = kind === "portrait" ? this.#picture(before) : this.#clip(poster, before);
    this.#shown[kind] = { url, media };
    let tries = 0;
    media.addEventListener("error", async () => {
      tries += 1;
      const kept = tries < TRIES && (await this.#isKept(kind));
      if (this.#shown[kind]?.media !== media) return;
      if (kept) media.src = url;
      else leave(media);
    });
    media.src = url;
  }

  #picture(before) {
    const picture = new Image();
    picture.alt = `Portrait of ${this.#name}`;
    picture.decoding = "async";
    picture.addEventListener("load", () => {
      this.#element.querySelector(".figure").after(picture);
      if (before !== picture) leave(before);
    });
    return picture;
  }

  #clip(poster, before) {
    const clip = document.createElement("video");
    Object.assign(clip, { controls: true, loop: true, muted: true, defaultMuted: true, playsInline: true });
    Object.assign(clip, { preload: "metadata", poster: poster ?? "" });
    clip.setAttribute("aria-label", `Clip of ${this.#name}`);
    clip.addEventListener("loadedmetadata", () => {
      clip.classList.toggle("tall", clip.videoWidth / clip.videoHeight < TALL);
    });
    leave(before);
    this.#element.append(clip);
    audience.observe(clip);
    return clip;
  }
}

function leave(media) {
  if (!media) return;
  audience.unobserve(media);
  media.remove();
  if (media instanceof HTMLVideoElement) media.removeAttribute("src");
  if (media instanceof HTMLVideoElement) media.load(); // lets go of its connection
}
