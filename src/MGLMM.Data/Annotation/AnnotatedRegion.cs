using MGLMM.Masks;

namespace MGLMM.Data.Annotation;

/// <summary>A region of a picture that is being annotated. Immutable.</summary>
public sealed record AnnotatedRegion
{
    /// <summary>Unique in its picture, such as <c>r7</c>; the same through all steps.</summary>
    public required string Id { get; init; }

    /// <summary>Its pixels, of the picture's size.</summary>
    public required Mask Mask { get; init; }

    /// <summary>The region that it is part of; null for what is part of the picture only.</summary>
    public string? Parent { get; init; }

    /// <summary>What it is, in a word or two without an article and colours, such as <c>car</c>; null until somebody said.</summary>
    public string? Label { get; init; }

    /// <summary>Its short name as a phrase, such as <c>a red car</c>; null until somebody said.</summary>
    public string? Phrase { get; init; }

    /// <summary>What it looks like, in one to three sentences; null until somebody said.</summary>
    public string? Caption { get; init; }

    /// <summary>Who wrote <see cref="Caption"/>: <c>template</c>, or the name of a model.</summary>
    public string? CaptionAuthor { get; init; }

    /// <summary>Who proposed it: names of <see cref="IMaskProposer"/>s.</summary>
    public IReadOnlyList<string> Sources { get; init; } = [];

    /// <summary>Answers that named it beside other things: what one answer lists side by side is never part of one another.</summary>
    public IReadOnlyList<string> Answers { get; init; } = [];

    /// <summary>The region that it was proposed as a part of, by its id; null where it was found on its own.</summary>
    public string? FoundIn { get; init; }

    /// <summary>What speaks for it, from 0 to 1 each, by what measured it, such as <c>stability</c> or <c>ask_back</c>.</summary>
    public IReadOnlyDictionary<string, double> Evidence { get; init; } = new Dictionary<string, double>();

    /// <summary>The mean of <see cref="Evidence"/>; 0 where there is none.</summary>
    public double Confidence => Evidence.Count == 0 ? 0 : Evidence.Values.Average();

    /// <summary>The region with one more piece of evidence.</summary>
    /// <param name="name">What measured it.</param>
    /// <param name="value">From 0 to 1; kept to four digits.</param>
    public AnnotatedRegion With(string name, double value) => this with
    {
        Evidence = new SortedDictionary<string, double>(Evidence.ToDictionary(StringComparer.Ordinal), StringComparer.Ordinal) { [name] = Math.Round(value, 4) },
    };
}
