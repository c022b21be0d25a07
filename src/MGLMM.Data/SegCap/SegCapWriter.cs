using System.Text.Json;

namespace MGLMM.Data.SegCap;

/// <summary>Writes samples as lines of a <c>segcap.jsonl</c>.</summary>
public static class SegCapWriter
{
    /// <summary>One sample as UTF-8 without a line end. A sample that uses anything of version 2 says so, whatever its <see cref="SegCapSample.Version"/>.</summary>
    public static byte[] ToUtf8(SegCapSample sample)
    {
        ArgumentNullException.ThrowIfNull(sample);
        return JsonSerializer.SerializeToUtf8Bytes(UsesVersion2(sample) ? sample with { Version = SegCapSample.CurrentVersion } : sample, SegCapLines.Written);
    }

    /// <summary>Writes a whole file, in place of one that is there once it is complete.</summary>
    public static void Write(string path, IEnumerable<SegCapSample> samples)
    {
        ArgumentNullException.ThrowIfNull(samples);
        string part = path + ".part";
        using (FileStream file = File.Create(part))
        {
            foreach (SegCapSample sample in samples)
            {
                file.Write(ToUtf8(sample));
                file.WriteByte((byte)'\n');
            }
        }

        File.Move(part, path, overwrite: true);
    }

    private static bool UsesVersion2(SegCapSample sample) =>
        sample.Target is not null || sample.Ignore is not null || sample.Source is not null || sample.Expression is not null
        || sample.References.Count + sample.Turns.Count + sample.Regions.Count > 0;
}
