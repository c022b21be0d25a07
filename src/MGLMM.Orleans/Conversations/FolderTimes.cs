using System.Globalization;

namespace MGLMM.Orleans.Conversations;

/// <summary>
/// What the stores over a folder tell each other about the times of its files, in small files beside those of conversations: since when each use of a file is written down as its time,
/// and for each age that conversations are kept for when it was last said. Nothing goes by its time before both allow it.
/// </summary>
internal sealed class FolderTimes(string folder)
{
    private const string SinceName = ".mglmm-times-since";
    private const string AgePrefix = ".mglmm-age-";

    private string Since => Path.Combine(folder, SinceName);

    /// <summary>What was last used before the given time may go. Null where nothing may yet, or where that cannot be told.</summary>
    /// <param name="age">For how long the one who asks keeps conversations.</param>
    /// <param name="now">The time.</param>
    public DateTime? OldestToKeep(TimeSpan age, DateTime now)
    {
        try
        {
            TimeSpan kept = ArtifactAge.Kept(LongestAge(age, now));
            if (Read(Since) is { } since)
            {
                return now - since >= kept ? now - kept : null;
            }

            // Files that are here already were used without being touched: from now on their times tell.
            Write(Since, now);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Another time.
        }

        return null;
    }

    /// <summary>Says that somebody uses the folder without writing down when: where others go by times, they begin anew.</summary>
    public void AreNotKept(DateTime now)
    {
        try
        {
            if (File.Exists(Since))
            {
                Write(Since, now);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Another time.
        }
    }

    /// <summary>Says an age, and finds the longest that was said while what was kept for it may still be there.</summary>
    private TimeSpan LongestAge(TimeSpan age, DateTime now)
    {
        Write(Path.Combine(folder, AgePrefix + age.Ticks.ToString(CultureInfo.InvariantCulture)), now);
        TimeSpan longest = age;
        foreach (string path in Directory.GetFiles(folder, AgePrefix + "*"))
        {
            if (long.TryParse(Path.GetFileName(path.AsSpan())[AgePrefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out long ticks)
                && ticks > longest.Ticks && Read(path) is { } said && now - said < ArtifactAge.Kept(TimeSpan.FromTicks(ticks)))
            {
                longest = TimeSpan.FromTicks(ticks);
            }
        }

        return longest;
    }

    private static DateTime? Read(string path) =>
        File.Exists(path) && DateTime.TryParseExact(File.ReadAllText(path), "O", CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out DateTime time) ? time.ToUniversalTime() : null;

    /// <summary>In one step, whoever wrote it last.</summary>
    private static void Write(string path, DateTime time)
    {
        string beside = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            File.WriteAllText(beside, time.ToString("O", CultureInfo.InvariantCulture));
            File.Move(beside, path, overwrite: true);
        }
        finally
        {
            File.Delete(beside);
        }
    }
}
