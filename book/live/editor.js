// The editor of an answer: CodeMirror, with Python's colours and the keys of the page.
import {
  EditorState,
  EditorView,
  Prec,
  bracketMatching,
  classHighlighter,
  defaultKeymap,
  drawSelection,
  history,
  historyKeymap,
  indentOnInput,
  indentUnit,
  keymap,
  lineNumbers,
  python,
  syntaxHighlighting,
} from "./codemirror.js";

/** Put an editor in place; `keys` are CodeMirror's, `label` and `hint` are for who cannot see it. */
export function editor({ parent, text, label, hint, change, keys }) {
  const extensions = [
    Prec.high(keymap.of(keys)),
    lineNumbers(),
    history(),
    drawSelection(),
    indentUnit.of("    "),
    EditorState.tabSize.of(4),
    indentOnInput(),
    bracketMatching(),
    python(),
    syntaxHighlighting(classHighlighter),
    keymap.of([...defaultKeymap, ...historyKeymap]), // Tab is not among them: it leaves
    EditorView.contentAttributes.of({
      ...{ "aria-label": label, "aria-describedby": hint },
      ...{ spellcheck: "false", tabindex: "0" },
    }),
    EditorView.updateListener.of((update) => update.docChanged && change(update.state.doc.toString())),
  ];
  const view = new EditorView({ parent, state: EditorState.create({ doc: text, extensions }) });
  return {
    get text() {
      return view.state.doc.toString();
    },
    set text(insert) {
      if (insert !== this.text) view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert } });
    },
    get focused() {
      return view.hasFocus;
    },
    focus: () => view.focus(),
  };
}
