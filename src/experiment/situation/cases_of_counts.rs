//! Cases of situations that bring counts and samples alone, or real data; they are trained under the usual objectives.

use super::Case;

/// Cases by the key of their situation.
pub(super) const CASES: [(&str, Case); 26] = [
    (
        "cifar-10-lt-factor-10",
        Case {
            watch: "The tail is a tenth of the head, and CE already finds less than half of it; class-balanced loss stands half-way to balanced CE and gives up next to no natural accuracy",
            goal: "Raise β step by step: see the gain grow, and when the head begins to pay",
            claims: &[
                "recall(CE, tail) < 0.45",
                "gain(Balanced CE, CE, macro) > 0.04",
                "gain(Balanced CE, CE, natural) < -0.04",
                "gain(CB, CE, macro) > 0.025",
                "gain(CB, CE, natural) > -0.02",
            ],
        },
    ),
    (
        "cifar-10-lt-factor-20",
        Case {
            watch: "CE finds a fifth of the rarest class. CB with β = 0.999 finds half of it at a price of one or two points of natural accuracy",
            goal: "Find the β at which the rarest class and the most frequent one have the same recall",
            claims: &[
                "recall(CE, tail) < 0.3",
                "recall(CB, tail) > 0.4",
                "gain(CB, CE, natural) > -0.03",
                "gain(Balanced CE, CE, natural) < -0.07",
            ],
        },
    ),
    (
        "cifar-10-lt-factor-50",
        Case {
            watch: "CE has all but lost the rarest class, and still has the highest natural accuracy but for focal loss: the number that most people report is the one that hides it",
            goal: "Compare the two numbers in the table below recall",
            claims: &[
                "recall(CE, tail) < 0.12",
                "gain(CB, CE, macro) > 0.09",
                "gain(CB, CE, natural) < -0.015",
                "gain(Balanced CE, CE, natural) < -0.1",
            ],
        },
    ),
    (
        "cifar-10-lt-factor-100",
        Case {
            watch: "The rarest class has a recall of 0 under CE. CB brings macro recall nearly as far as balanced CE does, for a third of the price in natural accuracy",
            goal: "Take γ into CB: does focusing add anything to the weights?",
            claims: &[
                "recall(CE, tail) < 0.03",
                "gain(CB, CE, macro) > 0.12",
                "gain(Balanced CE, CB, macro) < 0.06",
                "gain(CB, CE, natural) > -0.07",
                "gain(Balanced CE, CE, natural) < -0.12",
            ],
        },
    ),
    (
        "cifar-10-lt-factor-200",
        Case {
            watch: "Compare CE with factor 100: its natural accuracy rises although it recognises less, because the test that counts like training asks for fewer rare samples",
            goal: "Open factor 10 again and compare both numbers",
            claims: &["recall(CE, worst) < 0.02", "recall(CE, natural) > 0.86", "gain(Balanced CE, CE, macro) > 0.15"],
        },
    ),
    (
        "cifar-20-lt-factor-10",
        Case {
            watch: "In sixteen dimensions the classes lie well apart: every objective is within a point or two, as there is little to be weighed against each other",
            goal: "Move the classes together (separation) and see the objectives part",
            claims: &[
                "recall(CE, macro) > 0.88",
                "gain(Balanced CE, CE, macro) < 0.02",
                "gain(Balanced CE, CE, macro) > -0.01",
            ],
        },
    ),
    (
        "cifar-20-lt-factor-20",
        Case {
            watch: "Weights move the worst class by a few points and cost a point of natural accuracy: where classes do not overlap, imbalance alone does little harm",
            goal: "Look for the class that gains most",
            claims: &[
                "gain(Balanced CE, CE, macro) < 0.03",
                "gain(Balanced CE, CE, worst) > 0",
                "gain(Balanced CE, CE, natural) < 0",
            ],
        },
    ),
    (
        "cifar-20-lt-factor-50",
        Case {
            watch: "The worst class gains ten points or so by weights, macro recall two: a mean over twenty classes moves little when a few of them do",
            goal: "Open the differences class by class, and look at who pays",
            claims: &[
                "gain(Balanced CE, CE, worst) > 0.04",
                "gain(Balanced CE, CE, macro) < 0.05",
                "gain(Balanced CE, CE, macro) > 0.01",
            ],
        },
    ),
    (
        "cifar-20-lt-factor-100",
        Case {
            watch: "CB and balanced CE find equally much; CB gives up less of the head",
            goal: "Find a β below 0.999 that keeps the gain",
            claims: &[
                "gain(CB, CE, macro) > 0.015",
                "gain(Balanced CE, CB, macro) < 0.01",
                "gain(CB, Balanced CE, natural) > 0.002",
            ],
        },
    ),
    (
        "cifar-20-lt-factor-200",
        Case {
            watch: "Twelve samples in the rarest class, and CE still finds half of it: the same factor that is fatal on the ring is not here, since the classes overlap less",
            goal: "Compare with CIFAR-10-LT at factor 200, where CE finds nothing of its rarest class",
            claims: &["recall(CE, worst) > 0.4", "gain(Balanced CE, CE, worst) > 0.08"],
        },
    ),
    (
        "cifar-100-lt-factor-10",
        Case {
            watch: "At most 500 samples a class: with β = 0.999 the effective number is nearly the count itself, so that CB and balanced CE have all but the same weights and the same lines",
            goal: "Lower β to 0.99 and see the two part",
            claims: &[
                "gain(CB, Balanced CE, macro) < 0.006",
                "gain(CB, Balanced CE, macro) > -0.006",
                "gain(CB, CE, worst) > 0.05",
            ],
        },
    ),
    (
        "cifar-100-lt-factor-20",
        Case {
            watch: "The worst class gains twenty points, the mean over all classes four",
            goal: "Sort the classes by what they gain",
            claims: &["gain(CB, CE, worst) > 0.12", "gain(CB, CE, macro) > 0.02", "gain(CB, CE, macro) < 0.06"],
        },
    ),
    (
        "cifar-100-lt-factor-50",
        Case {
            watch: "The classes with fewer than 20 samples gain most, those with more than 100 pay a little",
            goal: "Show many, medium and few apart",
            claims: &["gain(CB, CE, few) > 0.2", "gain(CB, CE, many) < 0"],
        },
    ),
    (
        "cifar-100-lt-factor-100",
        Case {
            watch: "The benchmark that most papers report: CE finds less than a third of the few-shot classes, CB two thirds, and natural accuracy pays three to five points",
            goal: "Give CB a γ of 1, as the paper does, and see whether it adds to the gain",
            claims: &["recall(CE, few) < 0.4", "gain(CB, CE, few) > 0.2", "gain(CB, CE, natural) < -0.02"],
        },
    ),
    (
        "cifar-100-lt-factor-200",
        Case {
            watch: "Two samples in the rarest class: weights lift the few-shot classes by thirty points, and still leave the worst class at a fifth or less. A weight cannot make up for samples that are not there",
            goal: "Look up the worst class: is it the rarest?",
            claims: &["recall(CE, worst) < 0.03", "gain(CB, CE, few) > 0.2", "recall(CB, worst) < 0.25"],
        },
    ),
    (
        "five-frequent-five-rare-classes-1-10",
        Case {
            watch: "Two weights only, and every objective draws a staircase: CE high at the left and low at the right, balanced CE nearly level",
            goal: "Find the β at which the stairs are level",
            claims: &[
                "gain(Balanced CE, CE, macro) > 0.1",
                "gain(Balanced CE, CE, natural) < -0.07",
                "gain(CB, Balanced CE, natural) > 0.02",
            ],
        },
    ),
    (
        "five-frequent-five-rare-classes-1-100",
        Case {
            watch: "With ten samples each the rare half is lost under CE, and focal loss does not bring it back: it looks for hard samples, and there are few of them here",
            goal: "Give focal loss the weights of CB",
            claims: &["recall(CE, few) < 0.05", "gain(Focal, CE, macro) < 0.03", "gain(Balanced CE, CE, macro) > 0.18"],
        },
    ),
    (
        "two-moons-curved-boundary",
        Case {
            watch: "The boundary bends between the moons; weights push it away from the rare one, and there is little room between them",
            goal: "Take the feature map away: what does a straight line make of it?",
            claims: &[
                "recall(CE, macro) > 0.85",
                "gain(Balanced CE, CE, tail) > 0",
                "gain(Balanced CE, CE, natural) < 0.001",
            ],
        },
    ),
    (
        "imagenet-lt-like-synthetic",
        Case {
            watch: "Before training: the weights. Inverse frequency gives the rarest class 256 times the weight of the most frequent one, CB with β = 0.999 about 145 times, since beyond N = 1,000 further samples hardly count",
            goal: "Train a few epochs, and show many, medium and few",
            claims: &[
                "count(head) / count(tail) > 255",
                "weight(Balanced CE, tail) / weight(Balanced CE, head) > 250",
                "weight(CB, tail) / weight(CB, head) < 150",
                "weight(CB, tail) / weight(CB, head) > 140",
            ],
        },
    ),
    (
        "inaturalist-2018-like-synthetic",
        Case {
            watch: "The curve of counts: most of the 8,142 classes lie in the flat end, with fewer than 20 samples",
            goal: "Read off the weights of the rarest class under each scheme",
            claims: &["count(head) / count(tail) > 499", "count(tail) < 3"],
        },
    ),
    (
        "inaturalist-2018-like-with-1000-classes-synthetic",
        Case {
            watch: "The weights: 500 to 1 by inverse frequency, 316 to 1 with β = 0.999",
            goal: "Train a few epochs, and find the class that gains most",
            claims: &[
                "weight(Balanced CE, tail) / weight(Balanced CE, head) > 499",
                "weight(CB, tail) / weight(CB, head) < 320",
                "weight(CB, tail) / weight(CB, head) > 310",
            ],
        },
    ),
    (
        "page-blocks",
        Case {
            watch: "Nine of ten blocks are text. CE finds most of the rare kinds poorly; weights find nearly all of them, and what is lost is text that is taken for something rare",
            goal: "Find a β that keeps the gain and gives up less text",
            claims: &[
                "gain(Balanced CE, CE, macro) > 0.15",
                "gain(Balanced CE, CE, natural) < -0.03",
                "gain(CB, CE, macro) > 0.12",
                "gain(CB, CE, natural) > -0.03",
            ],
        },
    ),
    (
        "yeast",
        Case {
            watch: "Weights do not help here: the classes overlap, macro recall hardly moves, and a tenth of the natural accuracy is lost. With five samples in the rarest class, much of what moves is chance: look at the intervals of several seeds",
            goal: "Train several seeds before believing any bar at the right",
            claims: &["gain(Balanced CE, CE, macro) < 0.03", "gain(Balanced CE, CE, natural) < -0.05"],
        },
    ),
    (
        "digits",
        Case {
            watch: "The classes are as good as equal in number: every weight is near 1 and every line is the same. There is nothing to be corrected",
            goal: "Make it long-tailed with the tick below the data",
            claims: &[
                "gain(Balanced CE, CE, macro) < 0.01",
                "gain(Balanced CE, CE, macro) > -0.01",
                "recall(CE, macro) > 0.93",
            ],
        },
    ),
    (
        "digits-long-tailed-factor-100",
        Case {
            watch: "A class of which one sample was kept: CE finds nearly none of the others like it, weights find a fifth to a third. No weight makes a second sample",
            goal: "Lower the imbalance until the rarest digit is found half of the time",
            claims: &[
                "recall(CE, tail) < 0.1",
                "gain(Balanced CE, CE, macro) > 0.04",
                "recall(Balanced CE, tail) < 0.4",
            ],
        },
    ),
    (
        "digits-0-to-4-frequent-5-to-9-rare-1-20",
        Case {
            watch: "Half of the digits have seven samples or so. Weights bring back fifteen points of recall for them, and natural accuracy stays within a point: where classes lie apart, weights cost next to nothing",
            goal: "Compare with step imbalance on the ring, where they cost much",
            claims: &["gain(Balanced CE, CE, macro) > 0.03", "gain(Balanced CE, CE, natural) > -0.015"],
        },
    ),
];
