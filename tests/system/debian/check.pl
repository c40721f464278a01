#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# Perl: sorting, hashes, regular expressions, numbers, packing, processes and pipes, signals, threads, modules
# in C.  What it prints is the same on every machine with the same byte order.
use strict;
use warnings;

use Config;
use Digest::SHA qw(sha256_hex);
use IO::Pipe;
use List::Util qw(sum reduce);
use POSIX qw(floor fmod :sys_wait_h);
use Storable qw(freeze thaw);
use Time::HiRes qw(ualarm);

my $seed = 1;

sub next_random {
	$seed = ($seed * 1103515245 + 12345) & 0x7fffffff;
	return $seed;
}

my @numbers = map { next_random() } 1 .. 5000;
print "sorted ", sha256_hex(join(",", sort { $a <=> $b } @numbers)), "\n";

my %counts;
$counts{$_ % 997}++ for @numbers;
print "counted ", scalar(keys %counts), " ", sha256_hex(join(",", map { $counts{$_} } sort keys %counts)), "\n";

my $text = join(" ", @numbers[0 .. 1999]);
my $matches = () = $text =~ /\b(\d)(\d)\d*\2\1\b/g;
(my $changed = $text) =~ s/(\d+) (\d+)/$2:$1/g;
print "matched $matches ", sha256_hex($changed), "\n";

printf "numbers %.15g %.15g %s\n", sum(map { sqrt } @numbers), (reduce { fmod($a * 1.5 + $b, 1e6) } @numbers),
	floor(-2.5);
print "packed ", unpack("H*", pack("NnCdF", 1, 2, 3, 0.1, -1e10)), "\n";
my $copy = thaw(freeze({ list => [@numbers], text => $text }));
print "stored ", $copy->{text} eq $text && "@{$copy->{list}}" eq "@numbers" ? "the same" : "damaged", "\n";

my $answers = 0;
for my $number (1 .. 10) {
	my $pipe = IO::Pipe->new;
	my $child = fork // die "fork: $!";
	if ($child == 0) {
		$pipe->writer;
		print $pipe $number * $number;
		close $pipe;
		POSIX::_exit($number);
	}
	$pipe->reader;
	$answers += <$pipe>;
	waitpid($child, 0);
	$answers += $? >> 8;
}
print "processes $answers\n";

my $alarms = 0;
$SIG{ALRM} = sub { $alarms++ };
for (1 .. 5) {
	my $before = $alarms;
	ualarm(2000);
	1 while $alarms == $before;
}
print "alarms $alarms\n";

if ($Config{useithreads}) {
	require threads;
	my @threads = map { my $n = $_; threads->create(sub { sum(1 .. $n * 1000) }) } 1 .. 4;
	print "threads ", join(" ", map { $_->join } @threads), "\n";
}
