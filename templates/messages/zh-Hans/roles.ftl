# Roles and what they allow.
nav-roles = 角色与权限
roles-heading = 角色与权限
roles-search = 标识名开头
roles-new = 新建角色
roles-empty = 没有角色
roles-empty-text = 角色是一组具有名称的权限。人员、服务账号和团队可持有角色。
role-built-in = 内置
role-built-in-text = 此角色随产品提供，无法更改。请复制它以创建您自己的角色。
role-slug = 标识名
role-slug-hint = 小写字母、数字、连字符和下划线。它写入令牌中，且永不更改。
role-permissions = 权限
role-permissions-of-api = 所属 API：
role-others = 其他权限
role-others-hint = 每行一项。* 表示全部，例如 reports:*；第三部分指定具体对象，例如 reports:read:sales。
role-copy = 复制
role-create = 创建角色
role-count = { $count ->
   *[other] { $count } 项权限
}
role-holders = 持有者
role-holders-none = 没有人持有此角色。
role-holder-since = 持有起始时间
role-holder-kind = 类型
role-holder-user = 人员
role-holder-service-account = 服务账号
role-holder-team = 团队
role-held-by = { $count ->
    [0] 无持有者
   *[other] { $count } 个持有者
}
role-held-by-users = { $count ->
   *[other] { $count } 名人员
}
role-held-by-service-accounts = { $count ->
   *[other] { $count } 个服务账号
}
role-held-by-teams = { $count ->
   *[other] { $count } 个团队
}
role-delete = 删除角色
role-delete-effect = 持有此角色者将立即失去其所允许的权限。此操作无法撤消。
