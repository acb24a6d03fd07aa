# What every page says.
skip-link = 跳至内容
error-prefix = 错误：
nav-label = 页面
looking-at = 正在查看 { $slug }，点击离开
user-menu = { $name } 的菜单
menu-account = 我的账号
menu-console = 控制台
menu-switch = 使用其他账号
menu-language = 语言
menu-theme = 颜色
menu-save = 保存
menu-sign-out = 退出登录
theme-system = 跟随系统
theme-light = 浅色
theme-dark = 深色
recipes = 用命令行执行相同操作
copy = 复制
copied = 已复制
pager-label = 列表分页
pager-first = 第一页
pager-next = 下一页
list-count = { $count ->
    [0] 没有条目
   *[other] { $count } 个条目
}
list-count-more = 本页有 { $count } 个条目，下一页还有更多
filter-apply = 筛选
filter-clear = 清除筛选条件
filter-all = 全部
filter-named = { $what }（短名称）
picker-search = { $what }：按短名称查找
picker-find = 查找
picker-first = 下面列出前 { $count } 项。要选择其他项，请查找。
picker-found = { $count ->
   *[other] 有 { $count } 个短名称以“{ $text }”开头。
}
picker-found-more = 超过 { $count } 个短名称以“{ $text }”开头。请输入更多字符。
picker-none = 没有以“{ $text }”开头的短名称。
nothing-matches = 没有匹配项
nothing-matches-text = 没有符合这些筛选条件的条目。
cancel = 取消
save = 保存
back = 返回
yes = 是
no = 否
never = 无
unknown = 未知
identifier = 标识符
created = 创建时间
changed = 更改时间
confirm-heading = 确认是您本人
confirm-why = 您即将进行更改，而您上次登录已有一段时间。请输入密码以继续；您输入的内容会予以保留。
confirm-button = 确认
confirm-wrong = 密码不正确。
confirm-throttled = 尝试次数过多。请在 { $wait }后重试。
field-password = 密码
field-email = 电子邮件地址
field-name = 名称
time-now = 刚刚
time-minutes-ago = { $count ->
   *[other] { $count } 分钟前
}
time-hours-ago = { $count ->
   *[other] { $count } 小时前
}
time-days-ago = { $count ->
   *[other] { $count } 天前
}
time-in-minutes = { $count ->
   *[other] { $count } 分钟后
}
time-in-hours = { $count ->
   *[other] { $count } 小时后
}
time-in-days = { $count ->
   *[other] { $count } 天后
}
done-created = 已创建。
done-saved = 已保存。
done-deleted = 已删除。
