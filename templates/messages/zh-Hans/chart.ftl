# Charts of requests.
chart-requests-day = 最近 24 小时的请求
chart-requests-week = 最近 7 天的请求
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
chart-numbers = 以表格形式显示
