"""Pages: an article's address in; its page out, read politely and taken apart. For any stage that reads pages.

A stage asks with what remains of its time; a page whose turn at its host would come later is not read.
"""
