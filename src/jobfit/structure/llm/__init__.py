"""Text to fields by a language model that may only point at what stands in the text.

Start at :class:`jobfit.structure.llm.structurer.LlmStructurer`.

How a text that gives orders is kept from getting its way:

1. A record is cut into its sections by rules, not by the model. Each section is a request of its own, which holds the
   text of that section and nothing else of the record. So an order can reach only what is read from its own section;
   what is read from the others is the same function of the same text as without it.
2. The text stands between fences that are drawn at random for each request.
3. The answer has a closed shape: keys that were not asked for are dropped, and no field holds a score or a verdict.
4. Each item must quote its section word for word, and its value must stand in the quote as whole words
   (:mod:`jobfit.structure.llm.grounding`, :mod:`jobfit.structure.llm.checks`). So the model can choose among the words
   of the text, and can write none of its own.

What this does not protect from. A person can still write into their own CV what is not true; an order can make the
model skip what its own section says, or point at the wrong words of it ("Director" in "reports to the Director");
a text without headings is one section (up to a greatest length), and an order in it reaches all fields read from it;
a line that looks like a heading opens a section, as it does for a human reader; and a model that reads badly reads
badly. Text that is hidden from the eye is not the concern of this package: it was taken out when the file was read.
"""
