# Who is signed in where.
nav-sessions = 会话
sessions-heading = 会话
sessions-search = 人员的电子邮件或标识符
sessions-empty = 没有人处于登录状态
sessions-empty-text = 登录者会显示在这里，直至其会话结束。
session-person = 人员
session-this = 当前会话
session-address = 来源地址
session-browser = 浏览器
session-methods = 登录方式
session-began = 起始时间
session-seen = 上次活动
session-ends = 到期时间
session-end = 结束会话
session-end-effect = 使此人员退出该浏览器，并终止由该会话产生的令牌。此人员可以重新登录。
done-session-end = 会话已结束。
