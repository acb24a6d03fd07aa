# How keys are used.
nav-usage = 用量
usage-heading = 用量
usage-range = 时间范围
usage-day = 24 小时
usage-week = 7 天
usage-keys = 各密钥的请求
usage-empty = 此期间没有密钥被使用
usage-empty-text = 使用 API 密钥和签名密钥的请求在此按结果计数。
