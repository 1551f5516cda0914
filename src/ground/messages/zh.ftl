## Words
did-you-mean = 是不是“{ $near }”？
nothing = 空
bool = true 或 false
number = 数字
whole-number = 整数
text = 文字
list = 列表
list-of-texts = 文字列表
map = 一组“名字: 值”
date = 日期，如 2026-03-05

## Files
not-utf8 = { $encoding ->
    [GBK] 文件是 GBK 编码，不是 UTF-8
    [UTF-16] 文件是 UTF-16 编码，不是 UTF-8
   *[other] 文件不是 UTF-8 编码
}
    .hint = 用记事本或 WPS 打开，“另存为”，编码选 UTF-8。
not-text = 这不是文本文件，里面是二进制内容
    .hint = 可能是 Word 或图片文件改了后缀名。请另存为纯文本，编码 UTF-8。
unreadable = 文件读不出来：{ $cause }
    .hint = 关掉正在使用它的程序，检查文件权限。
link-outside = 符号链接指到了站点外面：{ $target }
    .hint = 把文件复制进来，或者在 site.yaml 里用 mounts 引入那个文件夹。
link-loop = 文件夹通过符号链接包含了它自己：{ $target }
    .hint = 删掉这个链接。
file-too-large = 这个页面有 { $size }，超过了上限 { $limit }
    .hint = 拆成几个页面，或者改成附件。
empty-file = 页面是空的
    .hint = 写点内容，或者删掉这个文件。
mount-missing = 要引入的文件夹不存在：{ $folder }
    .hint = 改正 site.yaml 里 mounts 的 from，路径从站点文件夹算起。

## Front matter and settings
front-matter-unclosed = 页首信息没有结束
    .hint = 在最后一个字段下面加一行 ---。
yaml-syntax = 这里读不懂：{ $reason }
    .hint = 看看这一行和上一行：多半是少了引号、括号，或者冒号后面少了空格。
yaml-colon = 值里面有冒号加空格，请给整个值加上引号
yaml-bracket = 括号没有结束
yaml-quote = 引号没有结束
yaml-list = 方括号里缺少逗号或者右括号
yaml-tab = 缩进里有制表符（Tab）
    .hint = 换成两个空格。
yaml-full-width-colon = { $key } 后面是全角冒号“：”
    .hint = 改成半角冒号加空格：{ $key }: …
yaml-duplicate-key = { $key } 写了两遍
    .hint = 留下一个。
unknown-key = 这里没有 { $key } 这个字段
    .hint = 页面里自己加的字段请放在 extra: 下面。
wrong-type = { $key } 应当是{ $expected }，现在是“{ $found }”
    .hint = 各种页面的字段见 docs/内容格式.md。
unknown-value = { $key } 没有“{ $found }”这个取值
    .hint = 可以用的有：{ $known }
bad-date = { $key }: { $found } 不是一个存在的日期
    .hint = 写成 2026-03-05 的样子，并核对那个月有几天。
out-of-range = { $key }: { $found } 超出了范围
    .hint = 应当在 { $range } 之内。
bad-slug = “{ $found }”不能用在网址里
    .hint = 只用小写字母、数字和连字符，如 huiyi-jilu。
missing-field = 缺少 { $key }
    .hint = 加一行 { $key }: …
title-missing = 页面没有题目，暂用文件名
    .hint = 在页首信息里加一行 title: …
self-reference = { $key } 指向了文件自己
    .hint = 写另一个文件。

## Markdown
box-unclosed = 方框“::: { $name }”没有结束
    .hint = 在末尾加一行 :::。
box-unknown = 没有“::: { $name }”这种方框
    .hint = 可以用的有：提示 要点 原文 思考 备注 展开 图集 自测。
box-stray = 这一行“:::”没有可以结束的方框
    .hint = 多写了一行，或者前面开头的那一行写错了。
quiz-bad = 这道自测题读不懂：{ $reason }
    .hint = 写法见 docs/内容格式.md 里的例子。
math-bad = 公式排不出来：{ $reason }
    .hint = 暂按原样显示。检查括号和命令名。
html-removed = 去掉了 HTML 元素“{ $element }”
    .hint = 正文里只能用简单的元素；确实需要时，把文件夹列在 site.yaml 的 trusted 里。
nesting-too-deep = 引用或列表嵌套超过了 { $limit } 层
    .hint = 把里层提出来。
footnote-missing = 脚注 [^{ $name }] 没有内容
    .hint = 加一行 [^{ $name }]: …

## References
this-page = 本页
that-page = 页面“{ $value }”
link-missing-page = 链接的页面“{ $target }”不存在
    .hint = 链接写文件路径：相对本文件，或以 / 开头从 content 文件夹算起。
link-missing-anchor = { $page }没有“#{ $anchor }”这个标题
    .hint = 锚点就是标题文字去掉标点，空格写成连字符。
link-missing-file = 文件“{ $target }”不存在
    .hint = 把它放在页面旁边，或者改正路径；注意大小写。
link-unpublished = “{ $target }”是草稿、未到发布日期或已撤下，链接没有保留
    .hint = 如果本来就是这样，不用管它。
link-escapes = “{ $target }”指到了内容文件夹外面
    .hint = 把文件放进 content 文件夹。
picture-bad = 图片“{ $target }”读不出来：{ $cause }
    .hint = 用看图软件打开，重新保存成 JPG 或 PNG。
picture-foreign = “{ $target }”来自别的网站
    .hint = 存到页面旁边，改写成文件名：页面不从别处加载任何东西。
ref-missing = { $key } 里的“{ $target }”不存在
    .hint = 写它的文件路径或发文字号。
supersedes-cycle = 这些文件互相废止，绕成了圈：{ $chain }
    .hint = 去掉最早那份文件的 supersedes。
branch-missing = 没有“{ $branch }”这个支部
    .hint = 写支部文件夹的路径，如 branches/jingji。

## Output
path-clash = 网址 { $path } 已经被 { $other } 用了
    .hint = 给其中一个写上别的 slug。大小写不同也算相同。
path-too-long = 网址超过了 200 个字符：{ $path }
    .hint = 给这个页面或上级文件夹写一个短的 slug。
bad-alias = 旧网址“{ $alias }”不是每台主机都能有的文件名
    .hint = 只能用字母、数字和 . - _ /。
unserved-type = 许多主机不提供 .{ $extension } 文件的下载
    .hint = 另存为 PDF、Word、Excel、ZIP、MP3、MP4、JPG 或 PNG。

## Themes
theme-missing = 没有“{ $theme }”这个主题
    .hint = 主题放在 themes/ 文件夹里；程序自带 default 和 green。
theme-cycle = 主题互相继承，绕成了圈：{ $chain }
    .hint = 去掉其中一个 extends。
theme-version = 主题“{ $theme }”要求学堂 { $wants }，现在是 { $version }
    .hint = 换一个版本的主题或程序。
template-missing = 主题里没有模板“{ $template }”
    .hint = 在 templates/ 里加上它，或者改正名字。
template-error = { $reason }
    .hint = 变量和函数见 docs/themes.md。
script-bad = 主题的脚本读不懂：{ $reason }（{ $detail }）
    .hint = 脚本和模块怎么写见 docs/themes.md。
style-bad = 主题的样式读不懂：{ $reason }（{ $detail }）
    .hint = 样式怎么写见 docs/themes.md。
theme-option-unknown = 主题没有“{ $key }”这个选项
    .hint = 选项列在它的 theme.yaml 里。

## Site
output-inside-content = 输出文件夹“{ $output }”和站点的文件夹重叠
    .hint = 用 --output 换一个位置。
column-missing = 栏目“{ $path }”不存在
    .hint = path 是 content 里的文件夹或页面。
site-yaml-missing = “{ $folder }”不是站点：没有 site.yaml
    .hint = 进入站点文件夹，或用 --site 指明，或用 studyhall init 新建一个。
bad-base-url = “{ $found }”不是网址
    .hint = 写完整，如 https://dj.example.edu.cn/xuetang/。
term-twice = 名词“{ $term }”写了两遍
    .hint = 留下一个。

## Questions of quizzes
quiz-unknown-kind = 没有这种题型，可以用的有：单选 多选 判断 填空 排序
quiz-no-stem = 没有题干
quiz-no-options = 没有选项
quiz-no-right = 没有用 [x] 标出正确选项
quiz-several-right = 单选题标了不止一个正确选项
quiz-no-answer = 没有“答案：…”这一行
quiz-unknown-answer = 判断题的答案只能是 对 或 错
quiz-no-blanks = 题干里没有空 ____
quiz-blanks-differ = 空的个数和答案的个数不一样

## Scripts
script-missing = 找不到要引入的模块，路径从本文件算起，以 ./ 或 ../ 开头
script-form = 只能写不改名的 import … from "./模块.js"，和写在声明前面的 export
script-twice = 这个名字在别的模块里已经声明过
script-syntax = 语法错误
style-missing = 找不到要引入的样式，写 styles/ 里的文件名
style-circle = 样式互相引入，绕成了圈
style-syntax = 语法错误

## Templates
no-such-page = 没有“{ $value }”这个页面、文件夹或文件
no-such-taxonomy = 没有“{ $value }”，只有 tags 和 categories
no-such-asset = 主题里没有“{ $value }”这个样式或脚本
unknown-argument = 没有“{ $value }”这个参数
unknown-argument-near = 没有“{ $value }”这个参数，是不是“{ $other }”？
missing-argument = 缺少参数“{ $value }”
bad-argument = 参数“{ $value }”不能是“{ $other }”
circular-extend = 模板互相继承，绕成了圈：{ $value }
circular-include = 模板互相包含，绕成了圈：{ $value }

## When the machine refuses
cause-not-found = 它不存在
cause-permission = 没有权限
cause-read-only = 磁盘是只读的
cause-full = 磁盘满了
cause-not-a-folder = 该是文件夹的地方有一个文件
cause-is-a-folder = 那是一个文件夹
error-no-content = 没有文件夹“{ $path }”
    .hint = 站点的页面放在 content/ 里。可以用 studyhall init 新建一个站点。
error-read = “{ $path }”读不出来：{ $cause }
    .hint = 关掉正在使用它的程序，检查权限。
error-write = “{ $path }”写不进去：{ $cause }
    .hint = 检查权限。站点还是原来的样子。
error-create-folder = 文件夹“{ $path }”建不了：{ $cause }
    .hint = 检查权限。站点还是原来的样子。
error-rename = “{ $path }”换不掉：{ $cause }
    .hint = 关掉正在显示它的程序，再构建一次。站点还是原来的样子。
error-remove = “{ $path }”删不掉：{ $cause }
    .hint = 关掉正在使用它的程序，再构建一次。
error-locked = 另一个构建正在写“{ $path }”（进程 { $pid }，开始于 { $since }）
    .hint = 等它做完，或者结束它。
error-output-not-writable = 输出文件夹“{ $path }”写不进去：{ $cause }
    .hint = 检查权限，或用 --output 换一个位置。
error-disk-full = 磁盘满了，“{ $path }”没有写成
    .hint = 腾出空间再构建。站点还是原来的样子。
error-cache = 上次构建的记忆没能存进“{ $path }”：{ $cause }
    .hint = 只是下次会慢一些。
error-cache-vanished = 构建中途，上次构建的记忆不见了
    .hint = 再构建一次。
error-foreign-file = 站点要写的地方有一个不是学堂写的文件：{ $path }
    .hint = 把它移走，或用 --output 换一个位置。什么都没有改动。
error-output-twice = 站点有两个文件要用同一个路径：{ $path }
    .hint = 这是程序的错误，请反馈给我们。
error-output-path = 路径写不了：{ $path }
    .hint = 这是程序的错误，请反馈给我们。
error-journal = 中断的构建留下的记录读不出来：{ $path }
    .hint = 删掉输出文件夹，再构建一次。
error-half-written = 输出没能写完，也没能退回：{ $path }：{ $cause }
    .hint = 关掉正在使用这个文件夹的程序，再构建一次，会接着完成。
error-exists = “{ $path }”不是空的
    .hint = 换一个新文件夹：不会覆盖任何东西。
error-file-exists = “{ $path }”已经有了
    .hint = 换一个题目，或用 --slug 换一个名字。

## Command line
usage-error = { $message }
error = 错误
warning = 提醒
hint = 办法
about = 学堂（Studyhall）：一个 Markdown 文件夹，变成任何主机、任何手机都能打开的学习网站。
help-template-usage = 用法
help-template-commands = 命令
help-template-options = 选项
help-template-arguments = 参数
help-site = 站点文件夹（默认：当前文件夹）
help-output = 输出文件夹（默认：站点里的 output）
help-date = 按哪一天构建，YYYY-MM-DD（默认：今天）
help-base-url = 公开网址，用于订阅和站点地图
help-drafts = 包括草稿和未到日期的页面
help-jobs = 并行数（默认：每核一个）
help-no-cache = 不用也不留上次构建的记忆
help-keep-going = 有错误也写出站点
help-json = 结果输出为 JSON
help-timings = 显示时间花在哪里（--timings=json 供程序读取）
help-quiet = 只显示错误
help-verbose = 显示更多
help-lang = 消息的语言：zh 或 en
help-help = 显示帮助
help-version = 显示版本
command-init = 在一个文件夹里新建站点
command-new = 新建一个页面，字段已填好
command-build = 构建站点
help-init-dir = 新站点的文件夹
help-init-title = 站名
help-new-kind = 种类：page lesson course policy news notice topic branch survey
help-new-title = 题目
help-new-section = 放进 content/ 里的哪个文件夹
help-new-slug = 网址里的名字
usage-unknown-argument = 没有“{ $value }”这个参数
usage-missing-argument = 缺少参数“{ $value }”
usage-invalid-value = “{ $other }”不能是“{ $value }”
usage-missing-command = 请写一个命令
usage-see-help = 用法见 studyhall --help。
bad-date-argument = --date { $value } 不是一个存在的日期；请写成 2026-03-05
stage-open = 读取设置
stage-discover = 查找文件
stage-parse = 读取页面
stage-model = 整理关系
stage-pictures = 处理图片
stage-plan = 安排页面
stage-render = 生成页面
stage-files = 复制文件
stage-search = 建立搜索
stage-write = 写出站点
stage-remember = 保存记忆
timings-stage = 阶段
timings-wall = 经过
timings-processor = 处理器
timings-count = 次数
timings-total = 合计
step-read = 读文件
step-front-matter = 页首信息
step-markdown = 正文
step-colour = 代码着色
step-ask = 检查有无变化
step-template = 模板
step-minify = 压缩
step-put = 比较和暂存
kind-page = 页面
kind-lesson = 党课
kind-course = 课程
kind-policy = 文件
kind-news = 动态
kind-notice = 通知
kind-topic = 专题
kind-branch = 支部
kind-survey = 问卷
report-pages = 共 { $count } 页：{ $kinds }
report-rendered = 生成 { $rendered } 页，{ $kept } 页没有变化
report-files = 文件：写出 { $written } 个，未变 { $unchanged } 个，移除 { $removed } 个；共 { $size }
report-done = 完成，用时 { $time }：{ $output }
report-warnings = { $count } 条提醒
report-errors = { $count } 个错误
report-refused = 没有写出：有 { $errors } 个错误。站点还是原来的样子。
report-keep-going = 虽有 { $errors } 个错误，仍已写出。
report-left = 已不属于站点，但有人改过，所以留着：{ $path }
report-overwritten = 输出里有人改过，现已重新写出：{ $path }
report-cache = 上次构建的记忆：{ $value }
report-stage = { $value }：{ $other }
init-done = 新站点建好了：{ $path }
init-next = 下一步：进入 { $path }，运行 studyhall build
new-done = { $path }
new-next = 填好字段，写好正文，再运行 studyhall build

## Preview
command-serve = 在浏览器里边写边看：保存后立刻更新
help-port = 端口，默认 8020；被占用时用下一个空闲的
help-lan = 同一网络里的手机也能看：打印带口令的网址和二维码
help-open = 打开浏览器
help-poll = 定时查看文件是否变化，用于网盘、共享文件夹和 WSL
help-no-drafts = 不显示草稿和未到时间的页面，看到的就是生成后的样子
help-serve-keep-going = 有错误时也显示最新的页面
serve-ready = 预览：{ $url }
serve-other-port = 端口 { $port } 被别的程序占用，换了一个。
serve-network = 手机预览（连同一个无线网，扫码或输入网址）：{ $url }
serve-network-other = 　　或者：{ $url }
serve-no-network = 没有找到可供手机连接的网络，只能在本机看。
serve-polling = 每半秒查看一次文件是否变化。
serve-watch-full = 系统不让监视更多文件夹，改为每半秒查看一次文件是否变化。
    要恢复即时更新：sudo sysctl fs.inotify.max_user_watches=524288
serve-watch-refused = 系统不能通知文件变化，改为每半秒查看一次。
serve-stop = 按 Ctrl-C 结束。
serve-not-opened = 浏览器没有打开，请自己打开 { $url }
serve-built = 共 { $count } 个页面，{ $time } 秒；{ $errors } 个错误，{ $warnings } 条提醒。
serve-updated = 已更新 { $time }，{ $count } 页，{ $other } 毫秒
serve-updated-page = 已更新 { $time }，{ $other } 毫秒
serve-refused = 有错误，页面停在上一次的样子；改好后自动更新。
serve-gone = 这个页面已经不在了。
serve-found = { $errors } 个错误{ $warnings ->
    [0] {""}
   *[other] ，{ $warnings } 条提醒
}
serve-stale = 下面的问题改好之前，页面停在上一次正确的样子。
serve-more = 还有 { $count } 条，先改上面的。
serve-mark-draft = 送审稿
serve-mark-scheduled = 送审稿
serve-mark-expired = 已过期
error-serve-no-site = { $path } 不是站点文件夹：里面没有 site.yaml
    .hint = 换到站点文件夹里再运行，或者用 --site 指出它；新建站点用 studyhall init。
error-serve-twice = 这个站点已经在预览：{ $url }
    .hint = 直接打开这个网址；要重新开始，先在那边按 Ctrl-C。
error-serve-port = 端口 { $port } 用不了：{ $cause }
    .hint = 用 --port 换一个，例如 --port 9000。
error-serve-permission = 没有权限使用端口 { $port }
    .hint = 1024 以下的端口要管理员权限。用 --port 换一个，例如 --port 8020。
error-serve-token = 系统给不出随机数，不能安全地开放手机预览
    .hint = 去掉 --lan，只在本机预览。
