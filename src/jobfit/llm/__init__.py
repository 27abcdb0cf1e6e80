"""A client of language models behind any OpenAI-compatible endpoint (``POST {url}/chat/completions``).

Start at :class:`jobfit.llm.client.Client`. What it promises:

* nothing is sent unless a command was given a URL, and what is sent is said in ``docs/llm.md``;
* the key comes from the environment alone, and is in no log, error, cache or ``repr``;
* an answer that was paid for is kept, so that a run that was killed asks nothing twice;
* a budget is never passed: a call whose dearest outcome would not fit is not made;
* an answer that is not what was asked for is an error after the last retry, never a guess.

Other people's text goes into a prompt as :class:`jobfit.llm.prompt.Data` only, between fences that it cannot know.
"""
