// Makes a page live: marks of what is solved on every page, and in a chapter its prediction and its exercises.
import { Answers, PREFIX, storage } from "./answers.js";
import { Python } from "./engine.js";
import { Exercise } from "./exercise.js";
import { mark } from "./marks.js";
import * as notebooks from "./notebook.js";
import { Panel } from "./panel.js";
import { Prediction } from "./prediction.js";

const address = (path) => new URL(path, location).href;

/** What the exercises of the chapter share; null on other pages. */
export let page = null;

async function open(config, answers, changed) {
  const reply = await fetch(address(config.notebook), { cache: "no-cache" });
  const notebook = await reply.json();
  const { chapter } = config;
  const spawn = () => new Worker(new URL("worker.js", import.meta.url), { type: "module" });
  const tell = (...state) => page.listener?.hear(...state);
  const python = config.python && new Python({ spawn, base: address(config.python), tell });
  const { checks } = config.chapters[chapter] ?? { checks: {} };
  page = { chapter, notebook, answers, python, checks, changed, setup: notebooks.setup(notebook), exercises: [] };
  page.refresh = () => {
    for (const exercise of page.exercises) exercise.refresh();
    changed();
  };
  for (const given of notebooks.exercises(notebook)) {
    const cell = document.getElementById(`cell-${given.id}`);
    if (cell) page.exercises.push(new Exercise(cell, given, page));
  }
  page.exercises.at(-1)?.cell.closest("section").append(new Panel(page).node);
}

export async function begin(config) {
  for (const chapter of Object.values(config.chapters)) chapter.page = address(chapter.page);
  const answers = new Answers(storage());
  const asked = document.querySelector(".live-prediction");
  const prediction = asked && new Prediction(asked, config.chapter, answers);
  const changed = () => {
    mark(answers, config.chapters);
    prediction?.refresh();
  };
  changed();
  if (config.notebook) await open(config, answers, changed);
  addEventListener("storage", ({ key }) => {
    if (key === null || key.startsWith(PREFIX)) (page ?? { refresh: changed }).refresh();
  });
  document.documentElement.dataset.live = "ready";
}
