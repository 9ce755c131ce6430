"""The words that a course has for mistakes: the same mistake gets the same words, whoever made it.

They stand in the course's `comments.yml`, under the assignment and the exercise, each
beside what the check said (its numbers do not count) or the bank's name of the wrong answer::

    resampling:
      resample:
        with replacement rows do come twice: Compare Figure 2. What is left of a row once it is drawn?
"""

import collections

import yaml

from . import assignments, mistakes
from .grading.records import records

FILE = "comments.yml"


def words(course, assignment):
    """{exercise: {what was said, or the name of a wrong answer: the words for it}}."""
    path = course / FILE
    if not path.exists():
        return {}
    try:
        known = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ValueError(f"{path} cannot be read: {str(error).splitlines()[0]}") from None
    found = (known.get(assignment) or {}) if isinstance(known, dict) else None
    if not isinstance(found, dict) or not all(map(_are_words, found.values())):
        raise ValueError(f"{path}: under each assignment stand exercises, under each of those lines 'mistake: words'")
    return {name: {str(key): text for key, text in texts.items() if text} for name, texts in found.items()}


def _are_words(texts):
    return isinstance(texts, dict) and all(text is None or isinstance(text, str) for text in texts.values())


def enter(course, book, assignment):
    """Write the words into the gradebook `book`, for all whose mistake has some; a person's own comments stay."""
    known = words(course, assignment)
    if not known:
        return
    named = mistakes.named(course, assignment)
    answers = {}
    for path in (course / "source" / assignment).glob("*.ipynb"):
        answers |= {cell: answer for cell, (answer, _) in assignments.exercises(path).items()}
    for student, record in records(course, assignment).items():
        texts = collections.defaultdict(list)
        for row in record.grades if not record.reason else ():
            cell = row["cell"]
            if row["said"] and (text := _fitting(_of(known, cell), row["said"], named.get(cell, {}))):
                texts[answers.get(cell)].append(text.strip())
        for notebook in book.find_submission(assignment, student).notebooks:
            for comment in notebook.comments:
                if comment.name in texts:
                    comment.auto_comment = "\n\n".join(texts[comment.name])
    book.db.commit()


def _of(known, cell):
    return known.get(cell.removesuffix("-test"), {})


def _fitting(texts, said, named):
    message = mistakes.without_numbers(said)
    keys = {message, *named.get(message, [])}
    return next((text for key, text in texts.items() if key in keys or mistakes.without_numbers(key) == message), None)


def skeleton(course, assignment):
    """What the checks said, the most frequent first, as the lines of `comments.yml`; the words that are there stay."""
    counts = {cell.removesuffix("-test"): said for cell, said in mistakes.counted(course, assignment).items()}
    known = words(course, assignment)
    texts = {
        name: {message: _fitting(known.get(name, {}), message, {}) or "" for message, _ in said.most_common()}
        for name, said in counts.items()
    }
    for name, kept in known.items():
        shown = texts.setdefault(name, {})
        shown |= {key: text for key, text in kept.items() if text not in shown.values()}
    return yaml.safe_dump({assignment: texts}, allow_unicode=True, sort_keys=False, width=110)
