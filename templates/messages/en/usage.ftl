# How keys are used.
nav-usage = Usage
usage-heading = Usage
usage-range = Time
usage-day = 24 hours
usage-week = 7 days
usage-keys = Requests by key
usage-empty = No key was used in this time
usage-empty-text = Requests with API keys and signing keys are counted here by how they ended.
