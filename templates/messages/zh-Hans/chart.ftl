# Charts of requests.
chart-requests-day = 最近 24 小时的请求
chart-requests-week = 最近 7 天的请求
chart-requests-month = 最近 30 天的请求
chart-requests-quarter = 最近 90 天的请求
chart-from = 起始时间
chart-bar = { $when }：{ $count ->
   *[other] { $count } 个请求
}
chart-allowed = 已允许
chart-limited = 超出限制
chart-refused = 已拒绝
chart-most = 最高值：{ $count ->
   *[other] { $count } 个请求
}
chart-empty = 此期间没有请求。
chart-activity = { $count ->
   *[other] 最近 36 小时 { $count } 个请求，其中 { $refused } 个被拒绝
}
chart-activity-none = 没有请求
chart-numbers = 以表格形式显示
