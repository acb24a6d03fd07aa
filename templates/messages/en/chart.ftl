# Charts of requests.
chart-requests-day = Requests in the last 24 hours
chart-requests-week = Requests in the last 7 days
chart-requests-month = Requests in the last 30 days
chart-requests-quarter = Requests in the last 90 days
chart-from = From
chart-bar = { $when }: { $count ->
    [one] { $count } request
   *[other] { $count } requests
}
chart-allowed = Allowed
chart-limited = Over a limit
chart-refused = Refused
chart-most = Highest bar: { $count ->
    [one] { $count } request
   *[other] { $count } requests
}
chart-empty = No requests in this time.
chart-activity = { $count ->
    [one] { $count } request in the last 36 hours, { $refused } of them refused
   *[other] { $count } requests in the last 36 hours, { $refused } of them refused
}
chart-activity-none = No requests
chart-numbers = The same as a table
