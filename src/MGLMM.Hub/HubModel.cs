using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace MGLMM.Hub;

/// <summary>A model of a hub: <c>org/name</c>, or <c>org/name@revision</c>.</summary>
/// <param name="Id">Organisation and name.</param>
/// <param name="Revision">A branch, a tag or a commit; null means the default branch.</param>
public sealed partial record HubModel(string Id, string? Revision)
{
    /// <summary>The branch that is meant where none is named.</summary>
    public const string DefaultRevision = "main";

    private const int LongestId = 96;

    private const int LongestRevision = 200;

    /// <summary>The organisation or person.</summary>
    public string Organisation => Id[..Id.IndexOf('/')];

    /// <summary>The name below the organisation.</summary>
    public string Name => Id[(Id.IndexOf('/') + 1)..];

    /// <summary>The revision, or the default branch.</summary>
    public string RevisionOrDefault => Revision ?? DefaultRevision;

    /// <summary>Reads <c>org/name[@revision]</c>.</summary>
    /// <exception cref="HubException">It has another form.</exception>
    public static HubModel Parse(string text) => TryParse(text, out HubModel? model)
        ? model
        : throw new HubException(HubProblem.BadRequest, $"'{text}' is no model of a hub; give <org>/<name> or <org>/<name>@<revision>, such as MBZUAI/GLaMM-FullScope.");

    /// <summary>Reads <c>org/name[@revision]</c> where a text may be one.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out HubModel? model)
    {
        model = null;
        int at = text?.IndexOf('@') ?? -1;
        string? id = at < 0 ? text : text![..at];
        string? revision = at < 0 ? null : text![(at + 1)..];
        if (id is null || id.Length > LongestId || !IdPattern().IsMatch(id) || id.Contains("..", StringComparison.Ordinal) || id.Contains("--", StringComparison.Ordinal))
        {
            return false;
        }

        if (revision is not null && (revision.Length is 0 or > LongestRevision || !RevisionPattern().IsMatch(revision) || revision.Contains("..", StringComparison.Ordinal)))
        {
            return false;
        }

        model = new HubModel(id, revision);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => Revision is null ? Id : $"{Id}@{Revision}";

    [GeneratedRegex("^[A-Za-z0-9_][A-Za-z0-9._-]*/[A-Za-z0-9_][A-Za-z0-9._-]*$")]
    private static partial Regex IdPattern();

    [GeneratedRegex("^[A-Za-z0-9_][A-Za-z0-9._/-]*$")]
    private static partial Regex RevisionPattern();
}
