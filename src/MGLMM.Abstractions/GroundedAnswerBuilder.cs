using MGLMM.Masks;

namespace MGLMM;

/// <summary>
/// Writes an answer piece by piece, for models that have masks and words but no markup: a detector, a classifier, a test. Pieces are separated by spaces, except before
/// punctuation. Not thread-safe.
/// </summary>
public sealed class GroundedAnswerBuilder
{
    private readonly List<string> _pieces = [];
    private readonly List<Mask> _masks = [];

    /// <summary>Says something without a mask.</summary>
    /// <param name="text">Plain words; markup in them is taken out.</param>
    public GroundedAnswerBuilder Say(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        _pieces.Add(Plain(text));
        return this;
    }

    /// <summary>Says a phrase and ties it to its masks.</summary>
    /// <param name="phrase">Plain words, such as <c>two red cars</c>; markup in them is taken out.</param>
    /// <param name="masks">Of the picture's size, one for each thing that the phrase means.</param>
    public GroundedAnswerBuilder Ground(string phrase, params ReadOnlySpan<Mask> masks)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(phrase);
        _pieces.Add($"<p> {Plain(phrase)} </p>");
        foreach (Mask mask in masks)
        {
            ArgumentNullException.ThrowIfNull(mask, nameof(masks));
            _pieces.Add("[SEG]");
            _masks.Add(mask);
        }

        return this;
    }

    /// <summary>The answer so far.</summary>
    public GroundedAnswer Build() => GroundedAnswer.FromText(string.Join(' ', _pieces.Where(piece => piece.Length > 0)), [.. _masks]);

    private static string Plain(string text) => GroundedText.Parse(text, segmentCount: 0).Caption;
}
