using System.Text;
using System.Text.RegularExpressions;

namespace MGLMM.Planning.Steps;

/// <summary>What the requests of one message share: the picture, what is known of it, and what is said.</summary>
internal sealed partial class PlanContext
{
    /// <summary>Why something is left out, where what it is about was not understood.</summary>
    public const string NotUnderstood = "for I did not understand what it is about";

    /// <summary>Why something is left out, where what it is about was looked for and not found.</summary>
    private const string NotFound = "for I found none";

    /// <summary>Why something is left out, where the call that would have found what it is about failed, which was said.</summary>
    private const string StepFailed = "for the step before it failed";

    private readonly StringBuilder _words = new();
    private readonly List<KnownRegion> _regions;
    private readonly HashSet<string> _asides = new(StringComparer.Ordinal);
    private string _last = string.Empty;
    private string _clause = string.Empty;
    private (string Words, string? Lost) _before = (string.Empty, null);
    private bool _isSettled;
    private string? _pointed;
    private IReadOnlyList<KnownRegion> _spoken = [];
    private IReadOnlyList<KnownRegion>? _parts;
    private string _whyNoParts = NotFound;
    private bool _hasFailed;
    private bool _isFromBefore = true;

    public PlanContext(string image, (int Width, int Height)? size, IEnumerable<KnownRegion> regions, IReadOnlyList<string> spoken, int listed, string? chosen, IReadOnlyList<string> first)
    {
        Image = image;
        Size = size;
        _regions = [.. regions];
        if (spoken.Count > 0)
        {
            // Of what an answer names, "they" are those that it lists first, and those of one kind with the first: what it was compared with is another.
            Named = [.. spoken.Select(Region)];
            _spoken = [.. Named.Where((region, index) => index < listed || Nouns.Head(region.Phrase) == Nouns.Head(Named[0].Phrase))];
            Chosen = chosen;
            _pointed = string.Join(", ", _spoken.Select(region => region.Handle));
        }

        Person = first.Select(Region).LastOrDefault(region => Nouns.IsCalled("people", region.Phrase));
        Find = new TargetFinder(this);
    }

    /// <summary>The picture's handle.</summary>
    public string Image { get; }

    /// <summary>The picture's size in pixels, where the conversation tells it.</summary>
    public (int Width, int Height)? Size { get; }

    /// <summary>Finds what words stand for.</summary>
    public TargetFinder Find { get; }

    /// <summary>What "it" and "them" stand for: what was asked for and found last; null where nothing was.</summary>
    public string? Pointed => Lost is null ? _pointed : null;

    /// <summary>The regions that "that one" and "the other one" stand for: those spoken of last.</summary>
    public IReadOnlyList<KnownRegion> Spoken => Lost is null ? _spoken : [];

    /// <summary>The handle of the one among them that the last answer chose, which "that tree" is; null where it chose none.</summary>
    public string? Chosen { get; }

    /// <summary>All that the last answer named, of whatever kind: "which of the two".</summary>
    public IReadOnlyList<KnownRegion> Named { get; } = [];

    /// <summary>The person whom an answer named last, whom "him" and "her" mean; null where none did.</summary>
    public KnownRegion? Person { get; }

    /// <summary>
    /// Why "it" and "them" stand for nothing, though something was said of it: it was not understood, or not found. Null where they stand for
    /// something, or nothing was said. What was dealt with before is not meant then.
    /// </summary>
    public string? Lost { get; private set; }

    /// <summary>What is not "the rest": the one that the last answer chose, else all that was dealt with last, else all objects.</summary>
    public string Kept => IsFromBefore && Chosen is { } chosen ? chosen : Pointed is null && Lost is null ? "all objects" : "them";

    /// <summary>The parts that were counted last, which "they" are where "it" is the thing that has them; empty where it has none, null where none were counted.</summary>
    public IReadOnlyList<KnownRegion>? Parts
    {
        get => Lost is null ? _parts : null;
        set => (_parts, _whyNoParts) = (value, WhyNone);
    }

    /// <summary>The pronoun for what a clause leaves out: "it" is the thing where it has none of the parts that were counted, which "they" would be.</summary>
    public string Those(string clause) => Parts is { Count: 0 } && SaysIt().IsMatch(clause) ? "it" : "them";

    /// <summary>Whether <see cref="Spoken"/> is of an earlier answer.</summary>
    public bool IsFromBefore => Lost is null && _isFromBefore;

    /// <summary>What the part that was found last is a part of.</summary>
    public KnownRegion? Whole { get; set; }

    /// <summary>The kind that was counted last, which "the largest one" points back at.</summary>
    public string? LastLabel { get; set; }

    /// <summary>The set of a description of the whole picture, once there is one.</summary>
    public string? Scene { get; set; }

    /// <summary>What was exported for this message, by regions and format: "a mask of the sky, save it as PNG" is one file.</summary>
    public HashSet<(string Regions, string Format)> Exported { get; } = [];

    /// <summary>The answer so far.</summary>
    public string Words => _words.ToString().TrimEnd();

    public void Say(string words)
    {
        // The same again tells nothing.
        if (words.Length > 0 && words != _last)
        {
            _last = words;
            _words.Append(words).Append('\n');
        }
    }

    /// <summary>Whether something that was asked for could not be read.</summary>
    public bool IsRefused { get; set; }

    /// <summary>Says that a clause cannot be planned.</summary>
    /// <param name="clause">The clause.</param>
    /// <param name="unread">The words of it that nothing can read; null where it is the whole.</param>
    public void Refuse(string clause, string? unread = null)
    {
        IsRefused = true;
        Say(Sentences.Unplanned(clause, unread));
    }

    /// <summary>Begins a clause of the request.</summary>
    public void Begin(string clause)
    {
        _before = (Words, Lost);
        (_clause, _isSettled, IsRefused) = (clause, false, false);
    }

    /// <summary>Takes back what was said of the clause, which was not read, so that it can be read otherwise.</summary>
    public void TakeBack()
    {
        _words.Clear().Append(_before.Words).Append(_before.Words.Length > 0 ? "\n" : string.Empty);
        (_last, IsRefused, Lost) = (string.Empty, false, _before.Lost);
    }

    /// <summary>Why nothing was found: there is none, unless the last step failed.</summary>
    private string WhyNone => _hasFailed ? StepFailed : NotFound;

    /// <summary>Says that the clause is left out, for there is nothing that its "it" stands for; once, however often it says "it".</summary>
    public IEnumerable<IReadOnlyList<PlannedCall>> LeaveOut()
    {
        // Nothing else was looked for, and what other words stand for stays.
        _isSettled = true;
        if (_asides.Add(_clause))
        {
            Say($"I leave out \"{_clause}\", {Lost ?? _whyNoParts}.");
        }

        return [];
    }

    /// <summary>Says what a grounded result says; whether it has regions.</summary>
    public bool Tell(PlannedCall call)
    {
        Say(call.Failed ? call.Excuse : call.Said.Length > 0 ? call.Said : "The model said nothing.");
        return call is { Failed: false, Empty: false, Set: not null };
    }

    /// <summary>Draws regions, and says in which file.</summary>
    public IEnumerable<IReadOnlyList<PlannedCall>> Draw(string regions, string style, string what)
    {
        PlannedCall picture = PlannedCall.Render(Image, regions, style);
        yield return [picture];
        Say(picture.Failed ? picture.Excuse : $"{what}: {Sentences.File(picture)}.");
    }

    /// <summary>Says which regions were made, and cuts them out.</summary>
    public IEnumerable<IReadOnlyList<PlannedCall>> Made(PlannedCall made, string what, string style)
    {
        if (made.Failed || made.Empty || made.Set is null)
        {
            Say(made.Failed ? made.Excuse : "Nothing is left of that.");
            Lose();
            yield break;
        }

        PointAt(made);
        Say($"{what} {Sentences.Listed(made.Regions)}.");
        foreach (IReadOnlyList<PlannedCall> step in Draw(made.Set, style, style == "cutout" ? "Cut out" : "Marked"))
        {
            yield return step;
        }
    }

    /// <summary>Makes found regions what "it" and "them" stand for; nothing, where this clause has found nothing at all.</summary>
    public void PointAt(Target found)
    {
        if (found.Count > 0)
        {
            (Lost, _isSettled, _parts) = (null, true, null);
            (_pointed, _spoken, _isFromBefore) = (found.Handles, found.Count > found.Regions.Count ? [new KnownRegion(found.Handles, string.Empty)] : found.Regions, false);
        }
        else if (!_isSettled)
        {
            Lost ??= found.IsUnread ? NotUnderstood : WhyNone;
        }
    }

    /// <summary>Makes all regions of a result what "it" and "them" stand for.</summary>
    public void PointAt(PlannedCall made)
    {
        Target all = new();
        all.TakeAll(made);
        PointAt(all);
    }

    /// <summary>Makes a result as a whole what "it" and "them" stand for, as the set that it is.</summary>
    public void PointAtSet(PlannedCall made)
    {
        PointAt(made);
        if (made is { Failed: false, Empty: false, Set: { } set })
        {
            _spoken = [new KnownRegion(set, string.Empty)];
        }
    }

    /// <summary>Makes what was asked for what "it" and "them" stand for; nothing, where there is none, whatever else was found on the way to it.</summary>
    public void PointAtOnly(Target asked)
    {
        PointAt(asked);
        if (asked.Count == 0)
        {
            Lose();
        }
    }

    /// <summary>Lets "it" and "them" stand for nothing until something is found again.</summary>
    /// <param name="why"><see cref="NotUnderstood"/>; null where nothing was found.</param>
    public void Lose(string? why = null) => Lost = why ?? WhyNone;

    [GeneratedRegex(@"\b(?:it|he|she|him|her)\b", RegexOptions.IgnoreCase)]
    private static partial Regex SaysIt();

    public KnownRegion Region(string handle) => _regions.Find(region => region.Handle == handle) ?? new KnownRegion(handle, string.Empty);

    /// <summary>Takes over the names of what a step's calls found. What "it" stands for is not every call's: some only look something up.</summary>
    public void Learn(IReadOnlyList<PlannedCall> calls)
    {
        _hasFailed = calls.Count == 0 ? _hasFailed : calls.Any(call => call.Failed);
        foreach (KnownRegion region in calls.SelectMany(call => call.Regions.Reverse()))
        {
            _regions.RemoveAll(known => known.Handle == region.Handle && region.Phrase.Length > 0);
            if (!_regions.Exists(known => known.Handle == region.Handle))
            {
                _regions.Insert(0, region);
            }
        }
    }
}
