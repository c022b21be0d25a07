using System.Text.Json.Serialization;

namespace MGLMM;

/// <summary>What a model says about itself, so that a caller asks it for nothing it cannot do. Immutable; survives serialisation.</summary>
public sealed record ModelCard
{
    /// <summary>The model's name, for people, logs and records.</summary>
    public required string Name { get; init; }

    /// <summary>One line that says what the model knows and what it does not.</summary>
    public string Description { get; init; } = string.Empty;

    /// <summary>The licence of the weights, as an SPDX identifier or a short sentence; empty where it is not known.</summary>
    public string Licence { get; init; } = string.Empty;

    /// <summary>How the weights are stored, such as <c>fp16</c>; empty where it is not known.</summary>
    public string Precision { get; init; } = string.Empty;

    /// <summary>
    /// Tells one set of weights from another, whatever they are called: kept answers are only taken for the same. Null where there is none, which
    /// makes the name count.
    /// </summary>
    public string? Fingerprint { get; init; }

    /// <summary>The granularities that it answers at: some of <c>panoptic</c>, <c>instance</c>, <c>part</c>.</summary>
    public IReadOnlyList<string> Granularities { get; init; } = [];

    /// <summary>
    /// The sentences that the model was trained to be asked with, by task, the preferred one first. Keys: <c>segment_and_caption.panoptic</c>,
    /// <c>segment_and_caption.instance</c>, <c>segment_and_caption.part</c> ({object}), <c>segment_all</c>, <c>refer</c>
    /// ({expression}), <c>reason_segment</c> and <c>reason_segment.explain</c> ({question}), <c>caption.brief</c>,
    /// <c>caption.normal</c>, <c>caption.detailed</c>, <c>region_caption</c>, <c>ask</c> ({question}),
    /// <c>ask.region</c> ({question}). A sentence about a region may hold <c>&lt;bbox&gt;</c>, which stands for its box. A task without a
    /// sentence is not supported.
    /// </summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Wordings { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>Mark-up of the model beside the usual one, which may not stand in what callers write.</summary>
    public IReadOnlyList<string> Markup { get; init; } = [];

    /// <summary>Whether its prompts read <c>&amp;lt;</c> and <c>&amp;gt;</c> as brackets, as MGLMM's and GLaMM's official code does and LISA's does not.</summary>
    public bool UnescapesEntities { get; init; } = true;

    /// <summary>The pictures that it accepts.</summary>
    public ImageLimits ImageLimits { get; init; } = ImageLimits.Default;

    /// <summary>The languages that it reads and writes, as BCP 47 tags such as <c>en</c>; empty where it is not known.</summary>
    public IReadOnlyList<string> Languages { get; init; } = [];

    /// <summary>
    /// The nouns that it knows, in lower case and the singular; null where the vocabulary is open or not known. A word that is not here may be asked
    /// for, but an answer without regions then says nothing about the picture.
    /// </summary>
    public IReadOnlyList<string>? Vocabulary { get; init; }

    /// <summary>
    /// What some of these nouns stand for, all in lower case and the singular: synonyms (<c>bunny</c>: rabbit) and general words (<c>animal</c>: dog,
    /// cat, ...). An answer that names one of them is an answer to the word. Null where it is not known.
    /// </summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>>? Meanings { get; init; }

    /// <summary>Whether it takes boxes beside an instruction (<see cref="AskOptions"/>), as GLaMM does.</summary>
    public bool TakesBoxes { get; init; }

    /// <summary><see cref="Wordings"/>, ready to be filled in.</summary>
    [JsonIgnore]
    public InstructionTemplates Instructions => new(Name, Wordings, Markup, UnescapesEntities);
}
