using System.Text.Json;
using System.Text.Json.Serialization;

namespace MGLMM.Data.SegCap;

/// <summary>One of several questions over one picture.</summary>
public sealed record SegCapQuestion
{
    /// <summary>What is asked.</summary>
    public required string Instruction { get; init; }

    /// <summary>What the model is to say, with markup.</summary>
    public required string Answer { get; init; }

    /// <summary>One mask per <c>[SEG]</c> of the answer.</summary>
    public IReadOnlyList<RunLengths> Masks { get; init => field = value ?? []; } = [];

    /// <summary>One label per mask.</summary>
    public IReadOnlyList<string> Labels { get; init => field = value ?? []; } = [];

    /// <summary>One parent per mask, null for whole things; empty where there are only such.</summary>
    public IReadOnlyList<string?> Parents { get; init => field = value ?? []; } = [];

    /// <summary>The task, where it is another than the sample's.</summary>
    public string? Task { get; init; }

    /// <summary><see cref="SegCapTarget.None"/> says that nothing in the picture is meant. Null says nothing.</summary>
    public string? Target { get; init; }

    /// <summary>Pixels that count neither for nor against this answer; null takes the sample's.</summary>
    public RunLengths? Ignore { get; init; }

    /// <summary>The words of the data set that the instruction asks about, as they stand there.</summary>
    public string? Expression { get; init; }

    /// <summary>All right answers, <see cref="Answer"/> among them; empty where that is the only one.</summary>
    public IReadOnlyList<string> References { get; init => field = value ?? []; } = [];

    /// <summary>The ids of this question in its data set, such as <c>ref_id</c> and <c>sent_id</c>.</summary>
    public IReadOnlyDictionary<string, JsonElement>? Ids { get; init; }

    /// <summary>Fields that this version does not know: kept, and written again.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Unknown { get; set; }
}
