using MGLMM.Data.SegCap;

namespace MGLMM.Evaluation.Metrics;

/// <summary>What a sample wants to hear, and with it how an answer is scored.</summary>
internal enum AnswerKind
{
    /// <summary>Phrases with masks.</summary>
    Grounded,

    /// <summary>That nothing in the picture fits: a sentence without a mask.</summary>
    Nothing,

    /// <summary>A description.</summary>
    Caption,

    /// <summary>A short answer that is right or wrong.</summary>
    Plain,
}

/// <summary>Which kind of answer a sample wants.</summary>
internal static class AnswerKinds
{
    public static AnswerKind Of(SegCapSample sample) => sample switch
    {
        { Target: SegCapTarget.None } => AnswerKind.Nothing,
        { Masks.Count: > 0 } => AnswerKind.Grounded,
        { Pair: not null } or { Task: "question" } => AnswerKind.Plain,
        { Task: "caption" or "region" } => AnswerKind.Caption,
        { Task: "refer_one" or "refer_many" or "refer_none" or "reason" } => AnswerKind.Nothing,
        { Wording: { } wording } when wording.StartsWith("refer", StringComparison.Ordinal) || wording.StartsWith("reason_segment", StringComparison.Ordinal) => AnswerKind.Nothing,
        { Wording: { } wording } when wording.StartsWith("caption", StringComparison.Ordinal) || wording.StartsWith("region_caption", StringComparison.Ordinal) => AnswerKind.Caption,
        { Wording: { } wording } when wording.StartsWith("ask", StringComparison.Ordinal) => AnswerKind.Plain,
        _ when sample.Answer.StartsWith("There is no ", StringComparison.Ordinal) || sample.Answer.StartsWith("Nothing ", StringComparison.Ordinal) => AnswerKind.Nothing,
        _ => AnswerKind.Plain,
    };

    /// <summary>Whether the answer's text is a description that METEOR and CIDEr apply to.</summary>
    public static bool Describes(SegCapSample sample) =>
        Of(sample) == AnswerKind.Caption || (sample is { Task: "panoptic" or "instance" or "part" } && Of(sample) == AnswerKind.Grounded);
}
