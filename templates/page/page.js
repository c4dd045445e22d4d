"use strict";
(() => {
  const by = (id) => document.getElementById(id);
  const all = (selector) => [...document.querySelectorAll(selector)];
  const STEP = 0.5; // seconds an arrow key moves
  const TOLD = 1600; // milliseconds a button says that it copied
  const live = "live" in document.documentElement.dataset;

  let story = null; // what the page shows: segments with times, and the prompts
  let parts = {}; // the page's elements that follow the time
  let time = 0;
  let playing = null;

  function clock(seconds) {
    const tenths = Math.round(seconds * 10);
    const rest = tenths % 600;
    return `${Math.floor(tenths / 600)}:${String(Math.floor(rest / 10)).padStart(2, "0")}.${rest % 10}`;
  }

  const total = () => story.segments[story.segments.length - 1].end;
  const place = () => Math.max(0, story.segments.findLastIndex((each) => each.start <= time));

  // What is there after the page was opened or replaced. A story with errors has no timeline.
  function take() {
    const data = by("data");
    story = data ? JSON.parse(data.textContent) : null;
    parts = {
      track: by("track"),
      head: by("head"),
      time: by("time"),
      beats: all(".beat"),
      rows: all("li.segment"),
      marks: all(".strip-segment"),
      frames: all(".frame"),
    };
    if (story) show(Math.min(time, total()));
    else pause();
  }

  function show(at) {
    time = Math.min(Math.max(at, 0), total());
    const current = place();
    const segment = story.segments[current];
    parts.head.style.left = `${(time / total()) * 100}%`;
    parts.time.value = clock(time);
    parts.track.setAttribute("aria-valuenow", String(Math.round(time * 10) / 10));
    parts.track.setAttribute("aria-valuetext", `${clock(time)}, ${segment.words}`);
    parts.beats.forEach((each, index) => { each.hidden = index !== current; });
    parts.rows.forEach((each, index) => each.classList.toggle("current", index === current));
    parts.marks.forEach((each, index) => each.classList.toggle("current", index === current));
    const reel = String(segment.reel);
    parts.frames.forEach((each) => { each.hidden = !each.dataset.reels.split(" ").includes(reel); });
  }

  // The moment stands in the address, so that a page opened again, or sent to somebody, shows the same one.
  let noted = 0;
  function note() {
    clearTimeout(noted);
    noted = setTimeout(() => {
      const there = time ? `#t=${Math.round(time * 10) / 10}` : location.pathname + location.search;
      history.replaceState(null, "", there);
    }, 300);
  }

  function go(at) {
    if (!story) return;
    show(at);
    note();
  }

  function step(by) {
    if (!story) return;
    const current = place();
    const back = by < 0 && time > story.segments[current].start + STEP ? current : current + by;
    if (back >= story.segments.length) go(total());
    else go(story.segments[Math.max(0, back)].start);
  }

  function playButton(on) {
    all("[data-do=play]").forEach((button) => {
      button.classList.toggle("on", on);
      button.setAttribute("aria-label", on ? "Pause" : "Play");
    });
  }

  function pause() {
    if (playing) cancelAnimationFrame(playing);
    playing = null;
    playButton(false);
  }

  function play() {
    if (!story) return;
    if (time >= total()) show(0);
    let before = performance.now();
    const on = (now) => {
      show(time + (now - before) / 1000);
      before = now;
      if (time >= total()) { pause(); note(); } else playing = requestAnimationFrame(on);
    };
    playing = requestAnimationFrame(on);
    playButton(true);
  }

  function say(text) {
    by("said").textContent = "";
    setTimeout(() => { by("said").textContent = text; }, 20);
  }

  // Where the clipboard is kept from the page, a selection copies as well; where that is too, it is left to the hand.
  async function put(text) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      const held = document.createElement("textarea");
      held.value = text;
      held.className = "hidden";
      document.body.append(held);
      const focused = document.activeElement;
      held.select();
      const done = document.execCommand("copy");
      held.remove();
      if (focused) focused.focus();
      return done;
    }
  }

  async function copy(button) {
    const text = button.dataset.prompt ? story.prompts[button.dataset.prompt] : by(button.dataset.from).textContent;
    const done = await put(text);
    button.dataset.label = button.dataset.label || button.textContent;
    button.textContent = done ? "Copied" : "Select it and copy by hand";
    button.classList.toggle("done", done);
    say(done ? "Copied" : "It could not be copied");
    clearTimeout(Number(button.dataset.timer));
    button.dataset.timer = String(setTimeout(() => {
      button.textContent = button.dataset.label;
      button.classList.remove("done");
    }, TOLD));
  }

  const deeds = {
    play: () => (playing ? pause() : play()),
    next: () => step(1),
    previous: () => step(-1),
    jump: (button) => go(story.segments[parts.rows.indexOf(button.closest("li"))].start),
    copy,
    keys: () => by("keys").showModal(),
    close: () => by("keys").close(),
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-do]");
    if (button) deeds[button.dataset.do](button);
  });

  function scrub(event) {
    const box = parts.track.getBoundingClientRect();
    go(((event.clientX - box.left) / box.width) * total());
  }
  document.addEventListener("pointerdown", (event) => {
    const track = event.target.closest("#track");
    if (!track || event.button) return;
    pause();
    track.setPointerCapture(event.pointerId);
    track.focus({ preventScroll: true });
    scrub(event);
    event.preventDefault();
  });
  document.addEventListener("pointermove", (event) => {
    if (parts.track && parts.track.hasPointerCapture(event.pointerId)) scrub(event);
  });

  const onTrack = {
    ArrowRight: () => go(time + STEP),
    ArrowUp: () => go(time + STEP),
    ArrowLeft: () => go(time - STEP),
    ArrowDown: () => go(time - STEP),
    PageUp: () => step(1),
    PageDown: () => step(-1),
    Home: () => go(0),
    End: () => go(total()),
  };
  const anywhere = {
    ArrowRight: () => go(time + STEP),
    ArrowLeft: () => go(time - STEP),
    j: () => step(1),
    k: () => step(-1),
    " ": deeds.play,
    c: () => {
      const button = document.querySelector(`[data-prompt="${story.segments[place()].reel}"]`);
      button.scrollIntoView({ block: "nearest" });
      copy(button);
    },
    f: () => { if (by("findings")) { by("findings").scrollIntoView(); by("findings").focus({ preventScroll: true }); } },
    "?": deeds.keys,
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || by("keys").open) return;
    const target = event.target;
    if (target === parts.track && story && event.key in onTrack) {
      if (event.key !== " ") pause();
      onTrack[event.key]();
      event.preventDefault();
      return;
    }
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (!(key in anywhere) || !by("single-keys").checked || target.closest("pre, input, textarea, select")) return;
    if (key === " " && target.closest("button, summary, a")) return;
    if (!story && key !== "?" && key !== "f") return;
    anywhere[key]();
    event.preventDefault();
  });

  // The new page takes the old one's place. What the reader did to the old one is kept: the moment, what is unfolded,
  // and where they are.
  async function replace() {
    const answer = await fetch(location.pathname, { cache: "no-store" });
    const next = new DOMParser().parseFromString(await answer.text(), "text/html");
    const page = by("page");
    const open = all("details").map((each) => each.open);
    const focused = document.activeElement && document.activeElement.id;
    const at = scrollY;
    document.title = next.title;
    page.replaceWith(document.adoptNode(next.getElementById("page")));
    all("details").forEach((each, index) => { each.open = Boolean(open[index]); });
    take();
    if (playing) playButton(true);
    if (focused && by(focused)) by(focused).focus({ preventScroll: true });
    scrollTo(0, at);
  }

  function tell(text, lost) {
    const told = by("live");
    if (told.textContent !== text) told.textContent = text;
    told.classList.toggle("lost", lost);
  }

  function listen() {
    let work = Promise.resolve();
    const source = new EventSource("events");
    source.addEventListener("page", (event) => {
      work = work.then(async () => {
        if (event.data !== by("page").dataset.version) await replace();
        tell("Live: saved changes appear here", false);
      }).catch(() => tell("The preview could not be read; the next change tries again", true));
    });
    source.onerror = () => tell("The preview has ended; this is how it was last", true);
  }

  const started = /^#t=(\d+(?:\.\d+)?)$/.exec(location.hash);
  if (started) time = Number(started[1]);
  take();
  if (live) listen();
})();
