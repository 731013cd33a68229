"""Reads shops of any kind by what settings and presets tell of them; knows nothing of Singer.

config                  settings become the definitions of streams
├── preset                  what a known shop is like, and what is laid on top of it
├── contract definition     the contract's streams, and what a stream is at all
├── parts whole             each part of a definition, and what only all of them together tell
└── misfits gaps            what is wrong with settings, and what a run would miss
reader                  one stream is read to its end
├── asking templates times  a request
├── paging turning          which page comes next, and whether there is none
├── alone tally slips       whether one answer is all, all rows came, and which key is wrong else
├── checks contents         what an answer holds
├── expand at_once          links inside a record, followed
│   └── unfollowed              and those that no record has
├── shaping converters      the contract's record, made of the shop's …
│   └── converting figures
├── zones fitting           … whether it is one …
├── needs nowhere           … and what it must not lack
└── personal                what never leaves
shapes                  single records, read as the streams are
"""
