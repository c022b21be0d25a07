using MGLMM.Evaluation.Metrics;

namespace MGLMM.Evaluation.Reports;

/// <summary>What the report says about the protocol: what its numbers compare with, and what they do not.</summary>
internal static class ProtocolNotes
{
    private const string Free = "Answers here are generated freely.";

    /// <summary>Sentences, one a point of a list.</summary>
    public static IReadOnlyList<string> Of(EvaluationRun run) => run.Protocol switch
    {
        EvaluationProtocol.Mglmm =>
        [
            "By the published evaluation of MGLMM: AP50 of one category with the pictures in the order of their ids, recall that ends a picture at the first pair that fails, "
                + "what a sample ignores as background, the first sentence only of a gRefCOCO reference and of a ReasonSeg picture.",
            $"Recall compares phrases by {run.TextSimilarity ?? "the same words"}; the papers' by `bert-base-uncased`. Only with the same similarity do recalls compare.",
            "METEOR here is not METEOR 1.5, and SPICE is not computed: neither compares with the papers'. CIDEr-D is on a scale of 0 to 10, with words as rare as in the truths that are scored; papers print 100 times that.",
            "The published numbers of refCOCO, refCOCO+ and refCOCOg were teacher-forced, on up to 3 random sentences a picture: freely generated answers to all sentences do not compare. "
                + "Those of gRefCOCO and ReasonSeg were generated with at most 32 tokens.",
        ],
        EvaluationProtocol.Lisa =>
        [
            "By LISA's evaluation: all masks of an answer as one, ignored pixels left out on both sides; gIoU is the mean of I / (U + 1e-5), to which 1 is added where U is 0.",
            "ReasonSeg results of MGLMM's own evaluation take ignored pixels for background: they do not compare with these.",
            "LISA gives its refCOCO results for one teacher-forced answer each. " + Free,
        ],
        EvaluationProtocol.Rela =>
        [
            "By ReLA's evaluation of gRefCOCO: an answer without [SEG] is the flag that nothing is meant; T-acc, N-acc, gIoU and cIoU go by the flag, T-acc and N-acc are given by pixel too.",
            "Every sentence is scored. Published results of MGLMM score the first sentence of each reference, and go by pixels: they do not compare.",
            "GSVA takes the mask of a target that was flagged as none all the same; its cIoU and gIoU do not compare where T-acc is below 1.",
        ],
        EvaluationProtocol.Coco =>
        [
            "By COCO's evaluations: panoptic quality with void and crowds as panopticapi counts it, AP50 of one category as COCOeval with its defaults.",
            "A segment's category is the label that its phrase is about, and where segments overlap the later one has the pixels; models that print categories choose them from a fixed list.",
            "METEOR here is not METEOR 1.5; words are taken apart much as the Penn Treebank tokenizer does it. " + Free,
        ],
        _ => ["By this project's own rules, below; the numbers do not compare with a paper's."],
    };
}
