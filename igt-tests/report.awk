# SPDX-License-Identifier: GPL-2.0-only
# How do two lists of results compare? See igt-tests/report, which says what comes in and what goes out.

# glob(PATTERN): a regular expression for a pattern that knows only *.
function glob(pattern)
{
	gsub(/[.+?()\[\]{}^$|\\]/, "\\\\&", pattern)
	gsub(/\*/, ".*", pattern)
	return "^" pattern "$"
}

function matches(pattern, word)
{
	return word ~ glob(pattern)
}

# rounds(SIDE, NAME): how many there were; passes says how many of them passed.
function rounds(side, name,	round)
{
	passes = 0
	for (round = 1; (side, name, round) in result; round++)
		passes += result[side, name, round] == "pass"
	return round - 1
}

# verdict(SIDE, NAME): pass, skip, absent, spared (not run on purpose), or how it failed; where there are rounds, most
# of them decide.
function verdict(side, name,	ran)
{
	if (!((side, name, 0) in result) && !((side, name, 1) in result))
		return "absent"
	ran = rounds(side, name)
	if (!ran)
		return result[side, name, 0]
	tally[side, name] = " " passes "/" ran
	if (passes * 2 > ran)
		return "pass"
	return result[side, name, 0] == "pass" ? "fail" : result[side, name, 0]
}

function column(r)
{
	return r == "pass" || r == "skip" || r == "absent" || r == "spared" ? r : "fail"
}

# is_flaky(SIDE, NAME): did some of its rounds fail, and others not?
function is_flaky(side, name,	ran)
{
	ran = rounds(side, name)
	return passes && passes < ran
}

# explanation(NAME, HOW): why it fails thus. A crash, an end by the time limit or a guest that died is what no one expects
# unless the cause begins with that word.
function explanation(name, how,	i, meant)
{
	for (i = 1; i <= xfails; i++) {
		meant = match(cause[i], /^(crash|timeout|lost|warn): /) ? substr(cause[i], 1, RLENGTH - 2) : "fail"
		if (how == meant && matches(xfail[i], name) && matches(on_variant[i], variant) && matches(on_kernel[i], kernel))
			return cause[i]
	}
	return ""
}

# undecided(SIDE, NAME): do no three of its rounds agree?
function undecided(side, name,	ran)
{
	ran = rounds(side, name)
	return passes < 3 && ran - passes < 3
}

# wants_round(SIDE, NAME): would one more round with that module say more? Of what fails with ours without a reason,
# until most of them agree; of what passes in some rounds with ours, with the other module until it has failed, too, or
# passed as often as was tried.
function wants_round(side, name,	how, tries)
{
	how = verdict("ours", name)
	if (column(how) == "fail")
		return explanation(name, how) == "" && undecided(side, name)
	if (!is_flaky("ours", name))
		return 0
	if (side == "ours")
		return undecided(side, name)
	tries = rounds("ours", name)
	return rounds("theirs", name) < tries && passes == rounds("theirs", name)
}

function print_open(	name)
{
	for (name in known) {
		if (wants_round(open, name))
			print name
	}
}

function print_table(	i, p, wholly)
{
	printf "%-32s %20s %20s\n", "kernel " kernel ", " variant, "in-tree", "ours"
	printf "%-32s %20s %20s\n", "", "pass fail skip", "pass fail skip"
	for (i = 1; i <= programs; i++) {
		p = program[i]
		if (!n["theirs", p, "pass"] && !n["theirs", p, "fail"] && !n["ours", p, "pass"] && !n["ours", p, "fail"]) {
			wholly++
			continue
		}
		printf "%-32s %10d %4d %4d %10d %4d %4d\n", p,
			n["theirs", p, "pass"], n["theirs", p, "fail"], n["theirs", p, "skip"],
			n["ours", p, "pass"], n["ours", p, "fail"], n["ours", p, "skip"]
	}
	if (total["theirs", "spared"])
		printf "%-32s pass with ours and were not run with in-tree\n", total["theirs", "spared"] " subtests"
	if (wholly)
		printf "%-32s skip all their subtests with both\n", wholly " more programs"
	printf "%-32s %10d %4d %4d %10d %4d %4d\n", "all",
		total["theirs", "pass"], total["theirs", "fail"], total["theirs", "skip"],
		total["ours", "pass"], total["ours", "fail"], total["ours", "skip"]
}

# is_outdone(NAME): passes now and then with ours, and each time of as many with in-tree?
function is_outdone(name,	tries)
{
	if (!is_flaky("ours", name))
		return 0
	tries = rounds("ours", name)
	return rounds("theirs", name) >= tries && passes == rounds("theirs", name)
}

# judge(NAME): one line for a subtest that differs or fails; counts what may not be.
function judge(name,	a, b, why, word)
{
	a = verdict("theirs", name)
	b = verdict("ours", name)
	word = ""
	if (a == "pass" && (b != "pass" || is_outdone(name))) {
		word = "WORSE"
		worse++
	} else if (column(b) == "fail") {
		why = explanation(name, b)
		word = why == "" ? "UNEXPLAINED" : "expected"
		unexplained += why == ""
		expected += why != ""
	} else if (is_flaky("ours", name)) {
		word = "flaky"
	} else if (b == "pass" && a != "pass" && a != "spared") {
		word = "better"
		better++
		opened += a == "skip"
	} else if (a != b && a != "spared") {
		word = "differs"
	}
	if (word != "")
		printf "%s %s: %s%s with in-tree, %s%s with ours%s\n", word, name, a, tally["theirs", name], b,
			tally["ours", name], why == "" ? "" : " (" why ")" | "sort"
}

# print_stale(): the excuses that nothing here needs, though what they are for was run.
function print_stale(	i, name, ran, needed)
{
	for (i = 1; i <= xfails; i++) {
		if (!matches(on_variant[i], variant) || !matches(on_kernel[i], kernel))
			continue
		ran = needed = 0
		for (name in known) {
			if (matches(xfail[i], name)) {
				ran += verdict("ours", name) == "pass"
				needed += column(verdict("ours", name)) == "fail"
			}
		}
		if (ran && !needed)
			printf "stale %s: all of it that was run passes with ours (%s)\n", xfail[i], cause[i]
	}
}

$1 == "xfail" && NF >= 6 {
	xfail[++xfails] = $3
	on_variant[xfails] = $4
	on_kernel[xfails] = $5
	cause[xfails] = $0
	sub(/^xfail 0 +[^ \t]+[ \t]+[^ \t]+[ \t]+[^ \t]+[ \t]+/, "", cause[xfails])
	next
}

$1 == "xfail" && NF > 2 {
	print "report: xfails: a line without variant, kernel or cause: " $3
	broken++
}

$1 != "xfail" && $5 != "begun" {
	name = $3 "@" $4
	result[$1, name, $2] = $5
	seen[$1] += $5 != "spared"
	if (!(name in known)) {
		known[name] = $3
		if (!($3 in listed)) {
			listed[$3] = 1
			program[++programs] = $3
		}
	}
}

END {
	if (open != "") {
		print_open()
		exit 0
	}
	for (name in known) {
		for (i = 1; i <= 2; i++) {
			side = i == 1 ? "theirs" : "ours"
			c = column(verdict(side, name))
			n[side, known[name], c]++
			total[side, c]++
		}
	}
	print_table()
	for (name in known)
		judge(name)
	close("sort")
	print_stale()
	printf "kernel %s, %s: %d subtests pass with in-tree, %d with ours; %d better, of which in-tree skips %d; %d worse, %d fail as expected, %d unexplained\n",
		kernel, variant, total["theirs", "pass"], total["ours", "pass"], better, opened, worse, expected, unexplained
	exit worse || unexplained || broken || !seen["theirs"] || !total["ours", "pass"]
}
