using System.Globalization;
using MGLMM.Evaluation.Official;
using MGLMM.Evaluation.Outputs;

namespace MGLMM.Evaluation.Pictures;

/// <summary>The files of examples' pictures: <c>TASK-RANK.png</c>, with of the task's name what can stand in a file's.</summary>
internal static class ExampleFiles
{
    /// <summary>Characters of a task in a file's name: no file system takes names without end.</summary>
    private const int LongestTask = 100;

    /// <summary>Where the picture of a task's example lies.</summary>
    /// <param name="folder">The folder of all of them.</param>
    /// <param name="name">The task's name, of <see cref="NamesOf"/>.</param>
    /// <param name="rank">Which example.</param>
    public static string PathOf(string folder, string name, ExampleRank rank) => Path.Combine(folder, $"{name}-{rank.ToString().ToLowerInvariant()}.png");

    /// <summary>What each task is called in files' names: those that can be called as they are, are; of others that become alike, the later have a number.</summary>
    public static IReadOnlyDictionary<string, string> NamesOf(IEnumerable<string> tasks)
    {
        Dictionary<string, string> names = new(StringComparer.Ordinal);

        // Some file systems know no case.
        HashSet<string> taken = new(StringComparer.OrdinalIgnoreCase);
        foreach ((string task, string plain) in tasks.Distinct(StringComparer.Ordinal).Select(task => (Task: task, Plain: OfficialAnswers.Plain(task[..Math.Min(task.Length, LongestTask)])))
            .OrderBy(entry => entry.Task == entry.Plain ? 0 : 1).ThenBy(entry => entry.Task, StringComparer.Ordinal))
        {
            string name = plain;
            for (int number = 2; !taken.Add(name); number++)
            {
                name = string.Create(CultureInfo.InvariantCulture, $"{plain}-{number}");
            }

            names.Add(task, name);
        }

        return names;
    }

    /// <summary>Refuses a folder where somebody else's files have the names of the pictures.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="tasks">The tasks that are to be drawn.</param>
    /// <exception cref="ArgumentException">There is such a file.</exception>
    public static void Check(string folder, IEnumerable<string> tasks)
    {
        foreach (string name in NamesOf(tasks).Values)
        {
            foreach (ExampleRank rank in Enum.GetValues<ExampleRank>())
            {
                OwnFiles.Check(PathOf(folder, name, rank), PictureMark.IsIn);
            }
        }
    }
}
