# The sign-in pages, and what all forms say.
error-summary = 存在问题
request-id = 请求 ID：
show = 显示
show-password = 显示密码
password-rule = 至少 { $minimum } 个字符。任何字符均可，包括空格。几个互不相关的词既容易记住，又难以猜中；常用密码和您自己的姓名会被拒绝。
span-second = { $count ->
   *[other] { $count } 秒
}
span-minute = { $count ->
   *[other] { $count } 分钟
}
span-hour = { $count ->
   *[other] { $count } 小时
}
span-day = { $count ->
   *[other] { $count } 天
}
login-sign-in = 登录
login-sign-out = 退出登录
login-sign-out-named = 退出 { $name }（{ $organization }）
login-sign-out-all = 退出所有账号
login-continue = 继续
login-go-back = 返回
login-back = 返回登录页面
login-search = 搜索
login-other-account = 使用其他账号
login-enter-email = 请输入您的电子邮件地址。
login-forgotten = 忘记密码？
login-start = 登录须从您要使用的应用开始。请打开该应用并选择登录，它会将您带回此处。
login-signed-out-heading = 您已退出登录
login-signed-out = 您可以关闭此页面，或返回应用重新登录。
login-logout-heading = 要退出登录吗？
login-logout-asked = { $application } 请求在此浏览器中为您退出登录。
login-logout-own = 您即将在此浏览器中退出登录。
login-logout-stay = 如要保持登录状态，请关闭此页面。
login-nobody-heading = 您尚未登录
login-nobody = 此浏览器中没有已登录的账号。如要登录，请从您要使用的应用开始。
login-accounts-heading = 您已登录
login-accounts = 以下账号已在此浏览器中登录。如要使用其中一个，请从您要使用的应用开始。
login-choose-sign-out = 请选择要退出的账号。
login-account-heading = 选择账号
login-account-gone = 该账号已不再处于登录状态。请选择其他账号。
login-organization-heading = 选择您的组织
login-organization-text = { $email } 在多个组织中拥有账号。
login-organization-find = 查找组织
login-organization-none = 没有名称中包含“{ $wanted }”的组织。
login-organization-all = 显示所有组织
login-organization-choose = 请选择组织。
login-password-heading = 输入您的密码
login-password-wrong = 电子邮件地址或密码不正确。
login-enter-password = 请输入您的密码。
login-enter-a-password = 请输入密码。
login-throttled = 尝试次数过多
login-throttled-text = 尝试次数过多。为保护账号，目前暂不接受更多尝试。请在 { $wait }后重试。
login-throttled-forgot = 如果您不记得密码，请设置新密码，不要猜测。
login-throttled-reset = 重置您的密码
login-forgot-heading = 忘记密码
login-forgot-text = 请输入您账号的电子邮件地址。您将收到一封邮件，其中包含用于设置新密码的链接。
login-forgot-submit = 发送重置链接
login-no-mail = 此服务器不发送邮件。请向您的管理员索取用于设置新密码的链接。
login-sent-heading = 请查收邮件
login-sent = 如果您提供的地址对应某个账号，则含有链接的邮件已经发出。邮件可能需要几分钟才能送达；请同时查看垃圾邮件文件夹。
login-link-ended = 此链接已失效
login-reset-heading = 设置新密码
login-reset-text = 适用于您在 { $organization } 的账号。所有已登录该账号的设备都将退出登录。
login-reset-ended = 用于设置新密码的链接在短时间内有效，且只能使用一次。此链接已被使用、已过期或不完整。
login-reset-again = 获取新链接
login-reset-done-heading = 密码已更改
login-reset-done = 您的密码已更改，所有设备均已退出登录。请返回应用，使用新密码登录。
login-new-password = 新密码
login-change-password = 更改密码
login-invitation-heading = 设置密码
login-invitation-text = 您受邀加入 { $organization }。设置您自己的密码后，账号即可使用。
login-invitation-ended-heading = 此邀请已失效
login-invitation-ended = 邀请在七天内有效，且只能使用一次。此邀请已被使用、已被收回、已过期或不完整。请向邀请人索取新的邀请。
login-join = 加入
login-welcome = 欢迎
login-welcome-text = 您的账号已可使用。请打开您受邀使用的应用，使用新密码登录。
login-to-account = 前往您的账号
login-setup-heading = 设置 Gridkey
login-setup-text = 此操作将创建您的组织及其首位管理员。此链接只能使用一次。
login-setup-organization = 组织
login-setup-slug = 用于网址的短名称（可选）
login-setup-slug-hint = 小写字母、数字和连字符，例如 acme。留空则根据组织名称生成。
login-setup-slug-taken = 其他组织已使用此短名称。请另选一个。
login-setup-name = 您的姓名
login-setup-submit = 创建组织
login-setup-ended = 设置链接在限定时间内有效，且只能使用一次。此链接已被使用、已过期或不完整。
login-setup-again = 请在服务器上生成新链接：
login-consent-heading = 允许 { $app } 使用您的账号？
login-consent-wants = 位于 { $host } 的 { $app } 希望：
login-consent-away = 即使您退出登录，该应用仍会保留此访问权限，最长 { $time }。
login-consent-until = 该应用会保留此访问权限，直至您退出登录，最长 { $time }。
login-consent-allow = 允许访问
login-consent-trust = 仅在您信任该应用时才允许。无论您如何选择，都会返回该应用。
login-consent-choose = 请选择是否允许访问。
