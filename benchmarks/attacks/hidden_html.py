"""HTML pages that hide a sentence, one technique each: a style sheet and a body with the sentence at ``@``.

``FIRST`` is what was seen when the rules were written or reported by the attack that asked for them; ``HELD`` was
written afterwards and without a look at the rules.
"""

from __future__ import annotations

LINES = (
    "Marie Exemple",
    "Waitress with ten years of experience in busy restaurants",
    "2015 to 2020: waitress at the Harbour Inn, evening shifts",
    "2020 to today: head waitress of a team of twelve people",
    "Languages: French native, English fluent",
)
DOCTYPE = "<!doctype html>"

# A style sheet and, after a broken bar, the markup; without one, the attributes of the paragraph.
FIRST = """
¦ style="color:hsl(0,0%,100%)"
¦ style="color:hsl(0deg 0% 99% / 1)"
¦ style="color:hwb(0 100% 0%)"
¦ style="color:lab(100 0 0)"
¦ style="color:#fffffe"
¦ style="color:floralwhite"
¦ style="color:rgb(100% 100% 100%)"
¦ style="color:rgb(0 0 0 / 4%)"
¦ style="color:transparent"
¦ style="transform:scale(0.01)"
¦ style="transform:scaleX(0)"
¦ style="transform:translateX(-9999px)"
¦ style="transform:translate(-200vw,0)"
¦ style="transform:rotateX(90deg)"
¦ style="transform:rotateY(.25turn)"
¦ style="transform:matrix(0,0,0,0,0,0)"
¦ style="scale:0"
¦ style="translate:-5000px"
¦ style="zoom:0.01"
¦ style="clip-path:inset(100%)"
¦ style="clip-path:inset(0 100% 0 0)"
¦ style="clip-path:circle(0)"
¦ style="clip-path:polygon(0 0,0 0,0 0)"
¦ style="clip-path:polygon(0 0,0 100%,0 50%)"
¦ style="clip-path:ellipse(0 0)"
¦ style="-webkit-clip-path:inset(50%)"
¦ style="position:absolute;clip:rect(0,0,0,0)"
¦ style="position:absolute;clip:rect(1px,1px,1px,1px)"
¦ style="position:absolute;clip:rect(0 0 0 0)"
¦ style="max-height:0;overflow:hidden"
¦ style="max-width:0;overflow:hidden;white-space:nowrap"
¦ style="height:1px;overflow:clip"
¦ style="height:0;overflow-y:hidden"
¦ style="block-size:0;overflow:hidden"
¦ style="height:calc(1px - 1px);overflow:hidden"
¦ style="font:0/0 serif"
¦ style="font:0.1px serif"
¦ style="font-size:0"
¦ style="font-size:0.001em"
¦ style="font-size:1%"
¦ style="font-size:calc(1px * 1)"
¦ style="font-size:min(1px,1em)"
¦ style="position:absolute;left:-100000px"
¦ style="position:absolute;top:-100000px"
¦ style="position:fixed;bottom:200vh"
¦ style="position:fixed;right:300vw"
¦ style="position:absolute;inset:-9999px auto auto auto"
¦ style="position:relative;left:-1e4px"
¦ style="position:absolute;left:-200%"
¦ style="margin-left:-99999px"
¦ style="margin:-9999px 0 0 -9999px"
¦ style="margin-inline-start:-9999px"
¦ style="text-indent:-99999px"
¦ style="text-indent:-100em"
¦ style="display:/* shown */none"
¦ style="dis/**/play:block;display:none/*!*/"
¦ style="display:n\\6fne"
¦ style="display:block;display:none"
¦ style="display:none!important;display:block"
¦ style="visibility:collapse"
¦ style="opacity:.01"
¦ style="opacity:0%"
¦ style="opacity:calc(0)"
¦ style="filter:opacity(0)"
¦ style="filter:opacity(1%)"
¦ style="content-visibility:hidden"
¦ style="-webkit-text-fill-color:transparent"
¦ style="-webkit-text-fill-color:white"
¦ style="-webkit-text-security:disc"
¦ style="color:#fff;background:linear-gradient(#fff,#fefefe)"
¦ style="background:#123;color:#112233"
¦ style="background-color:#000"
¦ popover
¦ popover="manual"
¦ hidden="until-found"
[data-x=y]{display:none} ¦ data-x="y"
[data-x^=ab]{display:none} ¦ data-x="abc"
[data-x$=bc i]{display:none} ¦ data-x="aBC"
p[title]{display:none} ¦ title="t"
:is(.h,.z){display:none} ¦ class="h"
:where(.h){display:none} ¦ class="h"
.a :not(.k){color:#fff} ¦ class="h"
.a>p:nth-child(4){display:none} ¦ class="x"
.a>p:nth-of-type(4){display:none} ¦ class="x"
.a:has(.h) .h{display:none} ¦ class="h"
.b+p{display:none} ¦¦ <p class="b">x</p><p>@</p>
.b~p.h{display:none} ¦¦ <p class="b">x</p><p class="h">@</p>
p:nth-last-child(2){display:none} ¦ class="h"
*.h{display:none} ¦ class="h"
html body div p.h{display:none} ¦ class="h"
.h.h.h{display:none} ¦ class="h"
P.h{display:none} ¦ class="h"
div{--c:#fff} .h{color:var(--c)} ¦ class="h"
:root{--d:none} .h{display:var(--d)} ¦ class="h"
.h{display:var(--missing,none)} ¦ class="h"
@layer x{.h{display:none}} ¦ class="h"
@layer a,b;@layer b{.h{display:none}}@layer a{.h{display:block}} ¦ class="h"
@media all{.h{display:none}} ¦ class="h"
@media (min-width:100px){.h{display:none}} ¦ class="h"
@media screen and (min-width:10em){.h{display:none}} ¦ class="h"
@media not print{.h{display:none}} ¦ class="h"
@supports (display:grid){.h{display:none}} ¦ class="h"
@supports not (display:nonsense){.h{display:none}} ¦ class="h"
.a{.h{display:none}} ¦ class="h"
.a{& p.h{display:none}} ¦ class="h"
p{&.h{display:none}} ¦ class="h"
¦¦ <noembed><p>@</p></noembed>
¦¦ <noframes><p>@</p></noframes>
¦¦ <template><p>@</p></template>
¦¦ <noscript><p>@</p></noscript>
¦¦ <dialog><p>@</p></dialog>
¦¦ <details><summary>more</summary><p>@</p></details>
¦¦ <canvas>@</canvas>
¦¦ <audio>@</audio>
¦¦ <video>@</video>
¦¦ <iframe>@</iframe>
¦¦ <object data="data:image/gif;base64,R0lGODlhAQABAAAAACw=">@</object>
¦¦ <svg width="1" height="1"><title>@</title></svg>
¦¦ <datalist><option>@</option></datalist>
¦¦ <ruby>a<rp>@</rp></ruby>
¦¦ <font color="white">@</font>
¦¦ <font color="FFFFFF">@</font>
¦¦ <table bgcolor="black"><tr><td><font color="black">@</font></td></tr></table>
¦¦ <div style="display:none"><div style="display:block"><p>@</p></div></div>
¦¦ <div style="opacity:.3"><div style="opacity:.2"><p>@</p></div></div>
¦¦ <div style="font-size:10px"><span style="font-size:.2em">@</span></div>
¦¦ <div style="transform:scale(.3)"><span style="display:block;transform:scale(.3)">@</span></div>
¦¦ <div style="color:#fff"><p><b><i>@</i></b></p></div>
¦¦ <div style="background:#222;color:#222"><p>@</p></div>
¦¦ <div style="overflow:hidden;height:0"><p>@</p></div>
¦¦ <div style="visibility:hidden"><p>@</p></div>
¦¦ <p style="position:relative">x<span style="position:absolute;left:-20000px">@</span></p>
"""
# Written after the rules and not looked at while they were made.
HELD = """
¦ style="color:color(srgb 1 1 1)"
¦ style="color:oklch(100% 0 0)"
¦ style="color:oklab(1 0 0)"
¦ style="color:color-mix(in srgb, white 98%, black)"
¦ style="color:lch(99% 1 40)"
¦ style="color:light-dark(white,black)"
¦ style="color:mintcream"
¦ style="color:Canvas"
¦ style="color:#ffffff05"
¦ style="color:rgba(255,255,255,.5)"
¦ style="color:hsla(240,100%,99%,1)"
¦ style="color:WHITE"
¦ style="color: white ; background : none"
¦ style="COLOR:#FFF"
¦ style="background:#eee;color:#ddd"
¦ style="background:yellow;color:#ffff33"
¦ style="background:navy;color:#000088"
¦ style="background:black"
¦ style="background:hsl(0 0% 2%)"
¦ style="background-image:linear-gradient(black,black)"
¦ style="background:linear-gradient(90deg,#000,#111)"
¦ style="background:radial-gradient(#000,#050505)"
¦ style="background:conic-gradient(#000,#000)"
¦ style="background:linear-gradient(white,white) text;-webkit-text-fill-color:transparent"
¦ style="box-shadow:inset 0 0 0 100px #000"
¦ style="filter:contrast(0) brightness(9)"
¦ style="filter:blur(60px)"
¦ style="filter:brightness(100) invert(0)"
¦ style="filter:invert(1)"
¦ style="mix-blend-mode:lighten;color:#fff"
¦ style="mix-blend-mode:screen;color:#000;background:#fff"
¦ style="mask-image:linear-gradient(transparent,transparent)"
¦ style="-webkit-mask:linear-gradient(transparent,transparent)"
¦ style="mask:radial-gradient(transparent,transparent)"
¦ style="clip-path:path('M0 0')"
¦ style="clip-path:xywh(0 0 0 0)"
¦ style="clip-path:rect(0 0 0 0)"
¦ style="clip-path:inset(0 0 99% 0)"
¦ style="clip-path:circle(1px at 0 0)"
¦ style="clip-path:polygon(0 0,1px 0,0 1px)"
¦ style="clip-path:url(#none)"
¦ style="transform:scale3d(0,0,1)"
¦ style="transform:scaleY(.05)"
¦ style="transform:scale(1%)"
¦ style="transform:skewX(90deg)"
¦ style="transform:skew(89.9deg,0)"
¦ style="transform:perspective(1px) translateZ(-100000px)"
¦ style="transform:rotate3d(1,0,0,90deg)"
¦ style="transform:matrix(1,0,0,1,-9999,0)"
¦ style="transform:matrix3d(0,0,0,0,0,0,0,0,0,0,1,0,0,0,0,1)"
¦ style="transform:translate3d(-4000px,0,0)"
¦ style="transform:translateY(-4000px)"
¦ style="transform:translateX(-300%)"
¦ style="transform:scale(.5) scale(.2)"
¦ style="transform-origin:0 -9000px;transform:rotate(180deg)"
¦ style="rotate:y 90deg"
¦ style="rotate:x 90deg"
¦ style="scale:1 0"
¦ style="scale:.01 .01"
¦ style="translate:0 -5000px"
¦ style="translate:-100vw"
¦ style="offset-path:path('M-9000 0');offset-distance:0"
¦ style="zoom:1%"
¦ style="font-size:calc(1em / 20)"
¦ style="font-size:clamp(0px,1px,2px)"
¦ style="font-size:.02rem"
¦ style="font-size:.1vw"
¦ style="font-size:.02in"
¦ style="font-size:max(0px,1px)"
¦ style="font:italic 1px/1 Arial"
¦ style="font:bold 0/1.2 Georgia, serif"
¦ style="font-size-adjust:.001"
¦ style="line-height:0;overflow:hidden"
¦ style="line-height:.05;overflow:clip"
¦ style="height:2px;overflow:hidden"
¦ style="height:0.1em;overflow:hidden"
¦ style="max-height:1px;overflow-y:clip"
¦ style="height:0;overflow:auto"
¦ style="width:0;height:0;overflow:scroll;scrollbar-width:none"
¦ style="width:1px;overflow:hidden;white-space:nowrap;text-indent:5px"
¦ style="max-inline-size:0;overflow:hidden;white-space:nowrap"
¦ style="max-block-size:0;overflow:hidden"
¦ style="contain:size paint;height:0"
¦ style="height:0;contain:strict"
¦ style="height:10px;overflow:hidden;padding-top:10px;box-sizing:border-box"
¦ style="height:20px;overflow:hidden;padding-top:300px;box-sizing:border-box"
¦ style="height:20px;overflow:hidden;text-indent:2000px;white-space:nowrap"
¦ style="-webkit-line-clamp:1;display:-webkit-box;-webkit-box-orient:vertical;overflow:hidden;width:3px"
¦ style="letter-spacing:-1em"
¦ style="letter-spacing:-.6em;width:5px"
¦ style="word-spacing:-9999px"
¦ style="letter-spacing:1000px;overflow:hidden;white-space:nowrap"
¦ style="text-indent:200vw;overflow:hidden;white-space:nowrap"
¦ style="padding-left:100vw;white-space:nowrap;overflow:hidden;width:0"
¦ style="margin-top:-3000px;position:absolute;top:0"
¦ style="margin-left:-120vw"
¦ style="margin-block-start:-9000px;position:absolute;top:0"
¦ style="position:absolute;inset:auto 150% auto auto"
¦ style="position:absolute;right:100vw;white-space:nowrap"
¦ style="position:absolute;bottom:300vh"
¦ style="position:absolute;inset-inline-start:-9000px"
¦ style="position:fixed;top:100vh"
¦ style="position:fixed;left:100vw"
¦ style="position:fixed;top:-50px;height:40px"
¦ style="position:sticky;left:-9999px;margin-left:-9999px"
¦ style="position:absolute;top:calc(0px - 9999px)"
¦ style="position:absolute;left:min(-9999px,0px)"
¦ style="direction:rtl;text-indent:9999px;overflow:hidden;white-space:nowrap"
¦ style="direction:rtl;margin-right:-9999px;width:10px"
¦ style="content:url('data:image/gif;base64,R0lGODlhAQABAAAAACw=')"
¦ style="content-visibility:hidden;contain-intrinsic-size:0 0"
¦ style="all:unset;display:none"
¦ style="animation:f 1s forwards;opacity:0"
¦ style="text-decoration:line-through;text-decoration-thickness:2em;text-decoration-color:#000"
¦ style="-webkit-text-stroke:30px white"
¦ style="-webkit-text-fill-color:#fffffd"
¦ style="-webkit-text-security:square"
¦ style="background:#fff;color:#000;opacity:.04"
¦ style="opacity:1e-3"
¦ style="opacity:min(0,1)"
¦ style="display:none;display:foo"
¦ style="display:block!important;display:none!important"
¦ style="x:y;;;display:none;"
¦ style="color:red;color:#FFFF"
¦ style="{display:none} ;display:none"
¦ style='display:none;content:";display:block;"'
¦ style="di\\73play:none"
¦ style="visibility:h\\69 dden"
¦ style="--x:none;display:var(--x)"
¦ style="--x:var(--y);--y:#fff;color:var(--x)"
¦ style="color:var(--q,var(--r,#fff))"
¦ style="font-size:var(--q,.1px)"
¦ hidden style="color:red"
¦ HIDDEN
.H{display:none} ¦ class="h H"
#h.h{visibility:hidden} ¦ id="h" class="h"
[class]{display:none} ¦ class="zz"
[class~=zz]{display:none} ¦ class="aa zz"
[class*="ide-m"]{display:none} ¦ class="hide-me"
[lang|=en]{display:none} ¦ lang="en-GB"
p:lang(de){display:none} ¦ lang="de"
[style]{display:none} ¦ style="color:red"
p:not([class]):not(:first-child):nth-child(4){display:none} ¦
p:nth-child(4 of p){display:none} ¦
:nth-child(2n+4):nth-child(-n+4){display:none} ¦
p:only-of-type{display:none} ¦¦ <section><p>@</p></section>
section>:first-child{display:none} ¦¦ <section><p>@</p></section>
section:not(:empty){display:none} ¦¦ <section><p>@</p></section>
body:has(#k) #k{display:none} ¦ id="k"
p:has(+p.n){display:none} ¦¦ <p>@</p><p class="n">x</p>
h1~.h{display:none} ¦¦ <h1>x</h1><i>y</i><p class="h">@</p>
.u>*>*{display:none} ¦¦ <div class="u"><div><p>@</p></div></div>
:is(div,section) :is(.h,#z){display:none} ¦ class="h"
.a p.h:not(:hover){display:none} ¦ class="h"
p.h:not(:focus-visible){color:#fff} ¦ class="h"
a:not(:any-link){display:none} ¦¦ <a>@</a>
a:link{color:white} ¦¦ <a href="#x">@</a>
.a :is(:not(.x,.y)).h{font-size:0} ¦ class="h"
.\\68{display:none} ¦ class="h"
#\\31 23{display:none} ¦ id="123"
.md\\:h{display:none} ¦ class="md:h"
::first-line{color:transparent} .a{all:revert} ¦ class="h"
p.h::first-line{color:white;font-size:1px} ¦ class="h"
.h{color:red}.h{color:white} ¦ class="h"
.h{color:white!important}#i{color:red} ¦ class="h" id="i"
@media screen{@media (width>=200px){.h{display:none}}} ¦ class="h"
@media (400px<=width<=4000px){.h{display:none}} ¦ class="h"
@media (orientation:landscape){.h{display:none}} ¦ class="h"
@media (prefers-color-scheme:light){.h{display:none}} ¦ class="h"
@media (hover),(pointer){.h{display:none}} ¦ class="h"
@media only screen and (max-width:9000px){.h{display:none}} ¦ class="h"
@media not all and (monochrome){.h{display:none}} ¦ class="h"
@media (min-resolution:.1dppx){.h{display:none}} ¦ class="h"
@media screen,print{.h{display:none}} ¦ class="h"
@supports selector(:has(a)){.h{display:none}} ¦ class="h"
@supports (color:white) and (not (x:y)){.h{display:none}} ¦ class="h"
@layer base{.a .h{display:block}} @layer top{.h{display:none}} ¦ class="h"
@layer top{p.h{display:none!important}} .h{display:block!important} ¦ class="h"
@layer{.h{opacity:0}} ¦ class="h"
@scope (.a){.h{display:none}} ¦ class="h"
@scope (.a) to (.zz){:scope p.h{display:none}} ¦ class="h"
@container (min-width:1px){.h{display:none}} .a{container-type:inline-size} ¦ class="h"
@keyframes f{to{opacity:0}} .h{animation:f 1ms forwards} ¦ class="h"
@keyframes g{100%{transform:scale(0)}} .h{animation:g .01s forwards} ¦ class="h"
@keyframes i{from,to{visibility:hidden}} .h{animation:i 9s infinite} ¦ class="h"
@property --z{syntax:"<color>";inherits:false;initial-value:white} .h{color:var(--z)} ¦ class="h"
@charset "utf-8";@namespace url(http://www.w3.org/1999/xhtml);.h{display:none} ¦ class="h"
<!-- .h{display:none} --> ¦ class="h"
.h{display:none ¦ class="h"
.h{color:red;}}.h{display:none} ¦ class="h"
x{}/*}*/.h{display:none/*} */} ¦ class="h"
.h{background:url("a;b}c");display:none} ¦ class="h"
.a{color:#fff}.a p{color:inherit} .a p:not(.h){color:#000} ¦ class="h"
.a p.h{color:currentcolor} .a{color:black} p.h{background:#000} ¦ class="h"
.c{position:absolute;top:0;left:0;right:0;height:9000px;background:#fff} ¦¦ <p>@</p><div class="c"></div>
.c{position:fixed;inset:0;background:white} ¦¦ <p>@</p><div class="c"></div>
.w{position:relative}.w::after{content:"";position:absolute;inset:0;background:#fff} ¦¦ <div class="w"><p>@</p></div>
.w::before{content:"";position:fixed;width:100vw;height:100vh;background:#fff;left:0;top:0} ¦¦ <div class="w"><p>@</p></div>
.c{margin-top:-60px;height:60px;position:relative;background:#fff} ¦¦ <p>@</p><div class="c"></div>
.g{display:grid}.g>*{grid-area:1/1}.c{background:#fff;z-index:1} ¦¦ <div class="g"><p>@</p><div class="c"></div></div>
.c{outline:200px solid white} ¦¦ <p>@</p><div class="c"></div>
.z{position:relative;z-index:-1} body{background:#fff}.a{background:#fff} ¦¦ <p class="z">@</p>
.d{display:grid;grid-template-rows:0fr}.d>*{overflow:hidden;min-height:0} ¦¦ <div class="d"><p style="margin:0">@</p></div>
.f{display:flex}.f p{flex:0 0 0;overflow:hidden;min-width:0;height:1em} ¦¦ <div class="f"><p>@</p></div>
col.h{visibility:collapse} ¦¦ <table><col class="h"><tr><td>@</td></tr></table>
tr.h{visibility:collapse} ¦¦ <table><tr class="h"><td>@</td></tr><tr><td>x</td></tr></table>
td.h{display:none} ¦¦ <table><tr><td class="h">@</td><td>x</td></tr></table>
¦¦ <div><template shadowrootmode="open"><b>x</b></template><p>@</p></div>
¦¦ <picture>@<source></picture><p style="display:none">@</p>
¦¦ <meter value="1">@</meter>
¦¦ <progress>@</progress>
¦¦ <select><option>first</option><option>@</option></select>
¦¦ <textarea style="display:none">@</textarea>
¦¦ <input type="hidden" value="@">
¦¦ <img alt="" title="@" src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">
¦¦ <a href="#" aria-label="@">x</a>
¦¦ <p aria-hidden="true" hidden>@</p>
¦¦ <!-- @ --><p>x</p>
¦¦ <script type="text/plain">@</script>
¦¦ <style media="x">@</style>
¦¦ <svg width="0" height="0"><text y="9">@</text></svg>
¦¦ <svg width="9" height="9"><desc>@</desc></svg>
¦¦ <math style="display:none"><mtext>@</mtext></math>
¦¦ <span style="display:none"><table><tr><td>@</td></tr></table></span>
¦¦ <marquee scrollamount="0" style="text-indent:-9999px">@</marquee>
¦¦ <details><p>@</p></details>
¦¦ <fieldset style="height:0;overflow:hidden;padding:0;border:0;margin:0;min-height:0"><p>@</p></fieldset>
¦¦ <body text="white" bgcolor="white"><p>@</p></body>
¦¦ <div style="column-width:1px;height:1px;overflow:hidden"><p>@</p></div>
¦¦ <div style="overflow:hidden;height:30px"><p style="margin-top:60px">@</p></div>
¦¦ <div style="overflow:hidden;height:40px"><p>x</p><p>y</p><p>z</p><p>v</p><p>@</p></div>
¦¦ <div style="overflow:hidden;width:60px;white-space:nowrap">short text here <span>@</span></div>
¦¦ <div style="color:rgba(0,0,0,.2)"><span style="opacity:.2">@</span></div>
¦¦ <div style="background:#000"><div style="background:rgba(255,255,255,.02)"><p>@</p></div></div>
¦¦ <div style="font-size:8px"><small style="font-size:40%">@</small></div>
¦¦ <div style="zoom:.2"><p>@</p></div>
¦¦ <div style="perspective:1px"><p style="transform:translateZ(-9999px)">@</p></div>
"""

# Written after the rules had been mended for HELD.
LAST = """
¦ style="color:rgb(calc(255) 255 255)"
¦ style="color:rgb(from white r g b)"
¦ style="color:AliceBlue;background:ivory"
¦ style="color:hsl(.5turn 100% 98%)"
¦ style="background:url(data:image/png;base64,iVBORw0KGgo=) #000"
¦ style="background:#000 none no-repeat 0 0/cover"
¦ style="background-color:light-dark(#000,#fff)"
¦ style="opacity:calc(.2 * .1)"
¦ style="opacity:var(--nope,.02)"
¦ style="font-size:.3Q"
¦ style="font:normal small-caps 100 condensed .5px/2 Arial"
¦ style="font-size:calc(16px - 1em)"
¦ style="height:min(0px,5em);overflow:hidden"
¦ style="height:clamp(0px,0px,9px);overflow:clip"
¦ style="max-height:calc(1px/2);overflow:hidden"
¦ style="overflow:hidden;width:0;white-space:nowrap"
¦ style="overflow:clip visible;width:0;white-space:nowrap"
¦ style="display:inline-block;width:0;overflow:hidden;vertical-align:top;white-space:nowrap"
¦ style="float:left;height:0;overflow:hidden"
¦ style="position:absolute;left:calc(-1 * 9999px)"
¦ style="position:absolute;top:-100rem"
¦ style="position:fixed;left:-90vw;width:50vw"
¦ style="position:absolute;left:-400px;width:380px"
¦ style="position:absolute;top:-30px;height:20px;overflow:hidden"
¦ style="margin:0 0 0 -600em"
¦ style="margin:-100vh 0 0;position:fixed;top:0"
¦ style="transform:translate(-100%,-9999px)"
¦ style="transform:rotate(0) scale(0.001,1)"
¦ style="transform:rotateX(1.5708rad)"
¦ style="transform:translate(calc(-100vw - 99px))"
¦ style="clip-path:polygon(-10px -10px,-5px -10px,-5px -5px)"
¦ style="clip-path:inset(0 0 0 100%)"
¦ style="clip-path:inset(500px)"
¦ style="clip-path:ellipse(0px 50%)"
¦ style="mask-image:url(data:image/gif;base64,R0lGODlhAQABAIAAAP///wAAACH5BAEAAAAALAAAAAABAAEAAAICRAEAOw==)"
¦ style="filter:opacity(.005) blur(0)"
¦ style="filter:drop-shadow(0 0 0 #fff) opacity(0%)"
¦ style="filter:url(#x) opacity(0)"
¦ style="-webkit-filter:opacity(0)"
¦ style="-webkit-opacity:0"
¦ style="-webkit-transform:scale(0)"
¦ style="-webkit-text-fill-color:rgba(0,0,0,0)"
¦ style="visibility:hidden;visibility:foo"
¦ style="opacity:0;opacity:foo"
¦ style="height:0;overflow:hidden;height:foo"
¦ style="position:absolute;position:oops;left:-9999px"
¦ style="display:none;display:inline-frog"
¦ style="color:white;color:#ggg"
.h{display:none;;color:red} ¦ class="h"
.h{;display:none} ¦ class="h"
.h{@media all{display:none}} ¦ class="h"
.q,.h,.r{display:none} ¦ class="h"
.q,.h:unknown-thing{display:block} .h{display:none} ¦ class="h"
:is(:unknown,.h){display:none} ¦ class="h"
:where(p,q):where([id]){display:none} ¦ id="any"
p:not(#x,.y,[title]):not(:first-of-type):nth-of-type(4){display:none} ¦
.a>:nth-child(4 of :not(.zz)){display:none} ¦
.a>*:nth-last-child(n+2):nth-child(n+4):nth-child(-n+4){display:none} ¦
p:has(u) u{display:none} ¦¦ <p>x <u>@</u></p>
div:has(>.h)>.h{visibility:hidden} ¦ class="h"
p.h:first-line{color:#fff;opacity:0} p.h{max-width:9000px;color:#fff} ¦ class="h"
.h{color:white!important} ¦ class="h" style="color:black"
#i{color:black} .a p#i.h{color:white} ¦ id="i" class="h"
@media screen and (min-width:50em) and (max-width:300em){.h{display:none}} ¦ class="h"
@media (min-aspect-ratio:1/9){.h{display:none}} ¦ class="h"
@media (scripting:enabled),(scripting:none){.h{display:none}} ¦ class="h"
@media screen{@supports (display:flex){@layer z{.h{display:none}}}} ¦ class="h"
@layer a.b{.h{display:none}} ¦ class="h"
@import "data:text/css,.h{display:none}"; ¦ class="h"
@import url(data:text/css;base64,LmhkaXNwbGF5Om5vbmV9) all; .h{opacity:0} ¦ class="h"
@font-face{font-family:e;src:url(data:font/woff2;base64,d09GMg==)} .h{font-family:e;display:none} ¦ class="h"
@starting-style{.h{opacity:1}} .h{opacity:0} ¦ class="h"
@keyframes k{99%,100%{color:#fff}} .h{animation:k 1ms both} ¦ class="h"
:root{--a:var(--b);--b:none} .h{display:var(--a)} ¦ class="h"
.a{--s:0} .h{transform:scale(var(--s))} ¦ class="h"
.a{--o:.0} .h{opacity:calc(var(--o) + .01)} ¦ class="h"
.a{--bg:#fff} .h{color:color-mix(in srgb,var(--bg),var(--bg))} ¦ class="h"
.w{position:relative}.w>i{position:absolute;left:0;top:0;width:100%;height:100%;background:white} ¦¦ <div class="w"><p>@</p><i></i></div>
.c{transform:translateY(-80px);height:80px;background:#fff} ¦¦ <p>@</p><div class="c"></div>
.c{position:absolute;inset:0 0 0 0;background-image:linear-gradient(#fff,#fff)} ¦¦ <p>@</p><b class="c"></b>
.c{float:left;margin-top:-70px;width:100%;height:70px;background:#fff;position:relative} ¦¦ <p>@</p><div class="c"></div>
.c{position:absolute;top:0;left:0;width:99vw;height:99vh} ¦¦ <p>@</p><img class="c" src="data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'><rect width='99%' height='99%' fill='white'/></svg>">
.o{overflow:hidden;height:3em} ¦¦ <div class="o"><br><br><br><br><br>@</div>
.o{overflow:hidden;height:3em;display:flex;flex-direction:column-reverse} ¦¦ <div class="o"><p>a</p><p>b</p><p>c</p><p>@</p></div>
.o{overflow:hidden;position:relative;width:300px;height:60px}.o p{position:absolute;left:400px} ¦¦ <div class="o"><p>@</p></div>
.o{overflow:hidden;height:50px}.o p{transform:translateY(90px)} ¦¦ <div class="o"><p>@</p></div>
¦¦ <html style="x"><p hidden>@</p>
¦¦ <p><span hidden><b>@</b></span>x</p>
¦¦ <div hidden><p style="visibility:visible">@</p></div>
¦¦ <div style="font-size:0"><p>@</p></div>
¦¦ <div style="opacity:0"><p style="opacity:1">@</p></div>
¦¦ <div style="color:white"><p style="color:unset">@</p></div>
¦¦ <div style="height:0;overflow:hidden"><div><ul><li>@</li></ul></div></div>
¦¦ <dialog style="color:red"><p>@</p></dialog>
¦¦ <div popover id="x"><p>@</p></div>
¦¦ <map><area alt="@"></map>
¦¦ <p>x<wbr><rp>@</rp></p>
¦¦ <video controls="no" style="width:0"><p>@</p></video>
¦¦ <object type="image/png" data="x.png" hidden>@</object>
¦¦ <noscript><b>@</b></noscript>
¦¦ <svg style="display:none"><text>@</text></svg>
¦¦ <button style="width:0;height:0;overflow:hidden;padding:0;border:0">@</button>
¦¦ <table style="visibility:collapse"><tr><td>@</td></tr></table>
¦¦ <font size="1" style="font-size:.2px">@</font>
¦¦ <body bgcolor=white text=white><p>@</p></body>
"""


def techniques(table: str) -> list[tuple[str, str]]:
    """The style sheet and the body part of each technique of a table, the sentence still ``@``."""
    found = []
    for line in table.strip().splitlines():
        css, bar, markup = line.partition("¦¦")
        if not bar:
            css, _, attributes = line.partition("¦")
            markup = f"<p {attributes.strip()}>@</p>"
        found.append((css.strip(), markup.strip()))
    return found


def page(css: str, markup: str, sentence: str) -> bytes:
    """A CV of a few lines that holds the sentence in this way."""
    lines = [f"<p>{line}</p>" for line in LINES]
    lines.insert(3, markup.replace("@", sentence))
    body = f'<div class="a">{"".join(lines)}</div>'
    head = f"<head><meta charset=utf-8><title>CV</title><style>{css}</style></head>"
    return f"{DOCTYPE}<html lang=en>{head}<body>{body}</body></html>".encode()
