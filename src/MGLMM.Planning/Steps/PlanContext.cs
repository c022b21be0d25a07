using System.Text;

namespace MGLMM.Planning.Steps;

/// <summary>What the requests of one message share: the picture, what is known of it, and what is said.</summary>
internal sealed class PlanContext
{
    private readonly StringBuilder _words = new();
    private readonly List<KnownRegion> _regions;
    private string _last = string.Empty;

    public PlanContext(string image, (int Width, int Height)? size, IEnumerable<KnownRegion> regions, IReadOnlyList<string> spoken, int listed, string? chosen, IReadOnlyList<string> first)
    {
        Image = image;
        Size = size;
        _regions = [.. regions];
        if (spoken.Count > 0)
        {
            // Of what an answer names, "they" are those that it lists first, and those of one kind with the first: what it was compared with is another.
            Named = [.. spoken.Select(Region)];
            Spoken = [.. Named.Where((region, index) => index < listed || Nouns.Head(region.Phrase) == Nouns.Head(Named[0].Phrase))];
            Chosen = chosen;
            Pointed = string.Join(", ", Spoken.Select(region => region.Handle));
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

    /// <summary>What "it" and "them" stand for: what this request found last, else the last set.</summary>
    public string? Pointed { get; private set; }

    /// <summary>The regions that "that one" and "the other one" stand for: those spoken of last.</summary>
    public IReadOnlyList<KnownRegion> Spoken { get; private set; } = [];

    /// <summary>The handle of the one among them that the last answer chose, which "that tree" is; null where it chose none.</summary>
    public string? Chosen { get; }

    /// <summary>All that the last answer named, of whatever kind: "which of the two".</summary>
    public IReadOnlyList<KnownRegion> Named { get; } = [];

    /// <summary>The person whom an answer named last, whom "him" and "her" mean; null where none did.</summary>
    public KnownRegion? Person { get; }

    /// <summary>Whether what "it" is was not understood, though something was said of it.</summary>
    public bool IsLost { get; set; }

    /// <summary>What is not "the rest": the one that the last answer chose, else all that was dealt with last, else all objects.</summary>
    public string Kept => IsFromBefore && Chosen is { } chosen ? chosen : Pointed is null ? "all objects" : "them";

    /// <summary>The parts that were counted last, which "they" are where "it" is the thing that has them.</summary>
    public IReadOnlyList<KnownRegion> Parts { get; set; } = [];

    /// <summary>Whether <see cref="Spoken"/> is of an earlier answer.</summary>
    public bool IsFromBefore { get; private set; } = true;

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

    /// <summary>Takes back what was said of a clause that was not read, so that it can be read otherwise.</summary>
    /// <param name="said">The answer before the clause.</param>
    public void TakeBack(string said)
    {
        _words.Clear().Append(said).Append(said.Length > 0 ? "\n" : string.Empty);
        (_last, IsRefused) = (string.Empty, false);
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
            yield break;
        }

        Target all = new();
        all.TakeAll(made);
        PointAt(all);
        Say($"{what} {Sentences.Listed(made.Regions)}.");
        foreach (IReadOnlyList<PlannedCall> step in Draw(made.Set, style, style == "cutout" ? "Cut out" : "Marked"))
        {
            yield return step;
        }
    }

    /// <summary>Makes found regions what "it" and "them" stand for.</summary>
    public void PointAt(Target found)
    {
        if (found.Count > 0)
        {
            Parts = [];
            (Pointed, Spoken, IsFromBefore) = (found.Handles, found.Count > found.Regions.Count ? [new KnownRegion(found.Handles, string.Empty)] : found.Regions, false);
        }
    }

    public KnownRegion Region(string handle) => _regions.Find(region => region.Handle == handle) ?? new KnownRegion(handle, string.Empty);

    /// <summary>Takes over what a call found.</summary>
    public void Learn(PlannedCall call)
    {
        foreach (KnownRegion? region in call.Regions.Reverse())
        {
            _regions.RemoveAll(known => known.Handle == region.Handle && region.Phrase.Length > 0);
            if (!_regions.Exists(known => known.Handle == region.Handle))
            {
                _regions.Insert(0, region);
            }
        }

        Pointed = call.Set ?? Pointed;
    }
}
