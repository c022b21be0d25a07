using System.Globalization;
using System.Text.RegularExpressions;
using MGLMM.Data.Export;
using MGLMM.Data.Import;
using MGLMM.Data.SegCap;

namespace MGLMM.Data.Tests.Import;

/// <summary>
/// Damaged data sets: each is refused with an error that names the file and the place, or gives a SegCap file that is whole, and what is missing from it
/// is told. MGLMM_FUZZ_COUNT sets the number of cases per kind (40 otherwise); a failure names its case, which reproduces it.
/// </summary>
public sealed partial class MutationTests(ITestOutputHelper output)
{
    private const long MostAllocated = 64 << 20;
    private const int MostTold = 20;

    private static readonly string[] Damageable = [".json", ".p", ".png", ".txt", ".xml", ".jsonl"];

    private static int Cases => int.TryParse(Environment.GetEnvironmentVariable("MGLMM_FUZZ_COUNT"), NumberStyles.None, CultureInfo.InvariantCulture, out int count) ? count : 40;

    /// <summary>Every kind; the files of MGSC's evaluation, which are another shape; and what <c>export-segcap</c> writes, as it is read back.</summary>
    public static TheoryData<string> Sets() => [.. Fixtures.Folders.Keys, "mgsc all", "coco-instances export", "mgsc export", "grandf export"];

    [Theory]
    [MemberData(nameof(Sets))]
    public void A_damaged_file_is_refused_with_its_name_and_place_or_read_whole(string set)
    {
        using TemporaryFolder folder = new();
        (string kind, bool truth, bool export) = (set.Split(' ')[0], set.EndsWith(" all", StringComparison.Ordinal), set.EndsWith(" export", StringComparison.Ordinal));
        string own = folder.PathOf("export");
        if (export)
        {
            string given = folder.PathOf("given/segcap.jsonl");
            DatasetImporter.Run(Fixtures.Options("grefcoco", given, ImportPurpose.Evaluation));
            SegCapExporter.Run(given, kind switch { "mgsc" => ExportFormat.Mgsc, "grandf" => ExportFormat.GranDf, _ => ExportFormat.Coco }, own);
        }
        else
        {
            Copy(Data.PathOf("fixtures"), folder.PathOf("fixtures"), Fixtures.Folders[kind].Split('/')[0]);
            own = Path.Combine(folder.PathOf("fixtures"), Fixtures.Folders[kind]);
        }

        string[] files = [.. Directory.GetFiles(own, "*", SearchOption.AllDirectories).Where(file => Damageable.Contains(Path.GetExtension(file))).Order(StringComparer.Ordinal)];
        string target = folder.PathOf("segcap.jsonl");
        Dictionary<ImportPurpose, (ImportReport Report, byte[] Bytes)> whole = new();
        foreach (ImportPurpose purpose in (ImportPurpose[])[ImportPurpose.Training, ImportPurpose.Evaluation])
        {
            whole.Add(purpose, (DatasetImporter.Run(Options(purpose)), File.ReadAllBytes(target)));
            File.Delete(target);
        }

        (int read, int same, int refused, long most) = (0, 0, 0, 0L);
        List<string> faults = new();
        for (int number = 0; number < Cases; number++)
        {
            Random random = new(number + (1009 * set.Sum(character => character)));
            string file = files[random.Next(files.Length)];
            byte[] bytes = File.ReadAllBytes(file);
            byte[] mutated = new Mutator(random).Mutate(bytes, isText: !file.EndsWith(".png", StringComparison.Ordinal));
            File.WriteAllBytes(file, mutated);
            ImportPurpose purpose = random.Next(2) == 0 ? ImportPurpose.Training : ImportPurpose.Evaluation;
            string name = Path.GetFileName(file);
            string? fault = null;
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                ImportReport report = DatasetImporter.Run(Options(purpose));
                IReadOnlyList<SegCapSample> samples = SegCapFile.Read(report.Output);
                bool equal = File.ReadAllBytes(target).AsSpan().SequenceEqual(whole[purpose].Bytes);

                // A picture's check sums leave nothing to chance; of texts only what is gone without a word is a fault.
                fault = report.Samples != samples.Count || SegCapCheck.Run(report.Output, withPictures: false).FaultCount > 0 ? "it gives a file that is not whole"
                    : equal ? null
                    : name.EndsWith(".png", StringComparison.Ordinal) ? "it gives other masks"
                    : SilentlyMissing(whole[purpose].Report, report);
                read++;
                same += equal ? 1 : 0;
            }
            catch (InvalidDataException refusal)
            {
                fault = !refusal.Message.Contains(name, StringComparison.Ordinal) && !refusal.Message.Contains("nothing was written", StringComparison.Ordinal) ? "the refusal does not name the file: " + refusal.Message
                    : !name.EndsWith(".png", StringComparison.Ordinal) && !WithPlace().IsMatch(refusal.Message) && !OfTheWholeFile().IsMatch(refusal.Message) ? "the refusal has no place: " + refusal.Message
                    : refusal.Message.Contains('\n', StringComparison.Ordinal) ? "the refusal has several lines: " + refusal.Message
                    : Directory.GetFiles(folder.Location) is [var left, ..] ? $"the refusal leaves {Path.GetFileName(left)}"
                    : null;
                refused++;
            }
            catch (Exception failure)
            {
                fault = failure.ToString();
            }
            finally
            {
                File.WriteAllBytes(file, bytes);
                File.Delete(target);
            }

            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            most = Math.Max(most, allocated);
            fault ??= allocated < MostAllocated ? null : $"it takes {allocated} bytes";
            if (fault is not null)
            {
                File.WriteAllBytes(Path.Combine(Path.GetTempPath(), $"mglmm-data-failure-{set}-{number}"), mutated);
                faults.Add($"case {number}, {name}, {purpose}: {fault}");
            }
        }

        output.WriteLine($"{set}: {Cases} cases: {refused} refused, {read} read, {same} of these to the same bytes; at most {most} bytes allocated");
        Assert.True(faults.Count == 0, $"{faults.Count} of {Cases}:\n{string.Join('\n', faults.Take(MostTold))}");

        ImportOptions Options(ImportPurpose purpose)
        {
            ImportOptions options = Fixtures.Options(kind, target, purpose, own);
            return truth ? options with { Split = "all" } : !export ? options : options with { Split = kind == "coco-instances" ? "val" : "train", Purpose = ImportPurpose.Training };
        }
    }

    /// <summary>What the report of a damaged data set lacks without telling of anything that the whole one's does not tell of; null where nothing.</summary>
    private static string? SilentlyMissing(ImportReport whole, ImportReport damaged)
    {
        if (damaged.Samples >= whole.Samples && damaged.Questions >= whole.Questions && damaged.Masks >= whole.Masks)
        {
            return null;
        }

        bool told = damaged.LeftOut.Concat(damaged.Notes).Any(remark => whole.LeftOut.Concat(whole.Notes).FirstOrDefault(known => known.Reason == remark.Reason) is not { } known || remark.Count > known.Count);
        return told ? null : $"{damaged.Samples} of {whole.Samples} samples, {damaged.Questions} of {whole.Questions} questions, {damaged.Masks} of {whole.Masks} masks";
    }

    private static void Copy(string from, string to, string top)
    {
        foreach (string file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            string name = Path.GetRelativePath(from, file);
            if (name.StartsWith(top, StringComparison.Ordinal) || name.EndsWith(".jpg", StringComparison.Ordinal))
            {
                Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(to, name))!);
                File.Copy(file, Path.Combine(to, name));
            }
        }
    }

    /// <summary>A place within the file: where in its values, a line, a byte, or what was left out.</summary>
    [GeneratedRegex(@"', \S|[Ll]ine \d|at byte \d|Left out: \d")]
    private static partial Regex WithPlace();

    /// <summary>Faults that are the whole file's.</summary>
    [GeneratedRegex("it has no |holds no list|it is no list of|it names nothing|it lists |has no references of the split|lacks questions")]
    private static partial Regex OfTheWholeFile();
}
