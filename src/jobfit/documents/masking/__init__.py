"""Take out of a text what no encoder and no index may read.

What goes, and why: everything that says *who* a person is, or to which group they belong, without saying what they
can do.

========== =====================================================================================================
kind       what is taken out
========== =====================================================================================================
name       names of the person, of labelled relatives, of referees (their whole section) and of contact persons
contact    e-mail addresses (also ``x [at] y [dot] z``), phone numbers, links, handles, messenger ids
address    street lines, postcodes with their town, labelled addresses. A town alone stays: it is a location
birth      birth dates and places, ages
status     civil status, children, nationality, religion, health and military-service lines, photos
document   numbers of passports, identity cards, licences, social security
gender     titles (Mr, Mme, Dr), pronouns, gendered forms of occupations and adjectives, ``H/F``, ``(m/f/d)``
========== =====================================================================================================

What is masked depends on what is read (:class:`TextKind`, which every caller states):

========= ============================================================================================================
CV        everything above; the name is looked for at the head, in columns, under closing formulas, in addresses
CV_PART   everything but what is told by its place at the head: fields or a section of a CV
VACANCY   names with a label or a signature and contacts, streets, postcodes, gender. The title and the employer stay,
          and so do bare domains (``booking.com``) and conditions ("Age: 18 or older")
SENTENCE  as a vacancy
LABEL     contacts and gender: a title or a skill is about nobody
========= ============================================================================================================

A text that is mostly in another script than Latin loses contacts and the names handed in alone. A label asks for a
value of its form: "Mobile: Flutter" and "Photo: Lightroom" stay. A rule that guesses stands back where nothing would be
left of a text, and ``Masked.abstained`` says so (``docs/masking.md``).

Letters drawn apart (``J A N E``) are first written as words. Spans are *removed*, not replaced by a placeholder: a
placeholder would be a word that an index finds and an encoder reads, and its number or place could tell something.
Where a masked CV opens with what looks like a name, a word joiner (U+2060) stands before it, so that masking it again
does not take it for one; no encoder and no index reads that as a word, and the readers of files take it away.
Gendered forms are replaced, because the occupation in them is needed: English ones by the neutral word (server,
salesperson), French ones by one spelling for both forms (the shorter one, which is the one that vacancies use). That
spelling is a token that stands for both; it is not claimed to be neutral.

A segment of the head that only may be a name stays. In a CV a domain that
stands for an employer ("developer at shop.example") goes too: it cannot be told from the site of the person.

What stays on purpose: dates of experience, titles, skills, employers, schools, degrees, languages, licences, towns.

What is left: names of employers, schools, clubs and languages can reveal a group; a name that is also a common word,
alone in the middle of a sentence ("with Rose"), stays; a name far from the head of a page in columns is found where a
title and a heading follow it, or where an address, a profile or a label spells it, and else not; a third person's name
in running text stays; an employer named after the candidate loses that part of its name; a name of common words only is
found by its place on the first line, its label, its e-mail address or because it is handed in. Text whose letters a
parser has mixed up cannot be read. Letters of another script that look like Latin ones are read as Latin inside a Latin
word, in names only. Only English and French are covered.
"""

from jobfit.documents.masking.kinds import TextKind, has_words, kind_within
from jobfit.documents.masking.masker import mask
from jobfit.documents.masking.spans import Masked, MaskedSpan

__all__ = ["Masked", "MaskedSpan", "TextKind", "has_words", "kind_within", "mask"]
