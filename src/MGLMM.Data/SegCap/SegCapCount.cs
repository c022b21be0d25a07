using System.Text.Json;
using MGLMM.Masks;

namespace MGLMM.Data.SegCap;

/// <summary>Counts samples.</summary>
internal sealed class SegCapCount
{
    private readonly HashSet<string> _pictures = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, long> _versions = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, long> _tasks = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, long> _granularities = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, long> _sources = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, long> _unknown = new(StringComparer.Ordinal);
    private long _questions;
    private long _masks;
    private long _emptyMasks;
    private long _regions;
    private long _withoutTarget;
    private long _withIgnore;
    private long _withReferences;

    public long Samples { get; private set; }

    public void Add(SegCapSample sample)
    {
        Samples++;
        _pictures.Add(sample.Image);
        _regions += sample.Regions.Count;
        Count(_versions, sample.Version.ToString(System.Globalization.CultureInfo.InvariantCulture));
        if (sample.Source is { } source)
        {
            Count(_sources, source.Split is null ? source.Dataset : $"{source.Dataset} {source.Split}");
            CountUnknown(source.Unknown, "source.");
        }

        CountUnknown(sample.Unknown, string.Empty);
        foreach (SegCapQuestion turn in sample.Turns)
        {
            CountUnknown(turn?.Unknown, "turns.");
        }

        foreach (SegCapRegion region in sample.Regions)
        {
            CountUnknown(region?.Unknown, "regions.");
        }

        if (sample.Turns.Contains(null!))
        {
            return;
        }

        foreach (SegCapSample question in sample.Questions())
        {
            _questions++;
            Count(_tasks, question.Pair is null ? question.Task : "pair " + question.Pair);
            if (question.Granularity is { } granularity)
            {
                Count(_granularities, granularity);
            }

            _masks += question.Masks.Count;
            _emptyMasks += question.Masks.Count(mask => mask is not null && IsEmpty(mask));
            _withoutTarget += question.Target == SegCapTarget.None ? 1 : 0;
            _withIgnore += question.Ignore is null ? 0 : 1;
            _withReferences += question.References.Count > 1 ? 1 : 0;
        }
    }

    public SegCapCounts Result() => new(
        Samples, _questions, _pictures.Count, _masks, _emptyMasks, _regions, _withoutTarget, _withIgnore, _withReferences, _versions, _tasks, _granularities, _sources, _unknown);

    private static bool IsEmpty(RunLengths mask)
    {
        try
        {
            return mask.Size is [var height, var width] && CocoRle.Decode(mask.Counts, width, height).IsEmpty;
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException)
        {
            // A damaged mask is told of as a fault.
            return false;
        }
    }

    private void CountUnknown(IDictionary<string, JsonElement>? fields, string place)
    {
        foreach (string name in fields?.Keys ?? [])
        {
            Count(_unknown, place + name);
        }
    }

    private static void Count(SortedDictionary<string, long> counts, string name) => counts[name] = counts.GetValueOrDefault(name) + 1;
}
