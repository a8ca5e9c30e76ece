"""The pages about things of every kind.

`reading` asks the store what a page needs, `layouts` says which sections each kind has, and the other modules make the
sections: `participations`, `listing`, `agreement_term`, `ring`, `naming`. `page` puts them together.
"""
