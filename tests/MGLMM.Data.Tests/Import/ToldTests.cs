using System.Text;
using MGLMM.Data.Import;

namespace MGLMM.Data.Tests.Import;

/// <summary>What does not come into the file is told, wherever a data set contradicts itself: each row breaks a whole fixture in one place.</summary>
public sealed class ToldTests
{
    [Theory]
    [InlineData("grefcoco", "grefs(unc).json", "\"ann_id\": [103], \"ref_id\": 3, \"image_id\": 581857", "\"ann_id\": [103], \"ref_id\": 3, \"image_id\": 581858", "a sentence is about an annotation of another picture", "[2], sentence 30, annotation 103")]
    [InlineData("grefcoco", "grefs(unc).json", "[{\"tokens\": [\"the\", \"kite\"], \"raw\": \"the kite \", \"sent_id\": 30, \"sent\": \"the kite\"}]", "[]", "a reference has no sentence", "[2]")]
    [InlineData("muse", "MUSE_val.json", "\"questions\": [\"What belongs on the table?\"], \"answers\": [[", "\"questions\": [], \"answers\": [], \"old\": [[", "a picture has no question", "[1]")]
    [InlineData("pascal-part", "val.json", "\"image_id\": 1, \"bbox\": [1.0, 2.0, 3.5, 4.25], \"category_id\": 2", "\"image_id\": 7, \"bbox\": [1.0, 2.0, 3.5, 4.25], \"category_id\": 2", "an annotation is about a picture that the file does not list", "picture 7")]
    [InlineData("flickr30k-entities", "Annotations/1000092795.xml", "<name>1</name><name>2</name>", "<name>7</name><name>8</name>", "a box is of no phrase of the sentences", "1000092795, object[1]")]
    [InlineData("reasonseg", "val/102_aaaaaaaa_o.json", "\"points\": [[2.0, 2.0], [30.2, 3.0], [28.0, 30.5], [3.7, 28.0]]", "\"points\": []", "a shape has no point", "102_aaaaaaaa_o, shapes[2]")]
    [InlineData("mgsc", "all_mgsc_caption_gt.json", "{\"image_id\": \"sa_1_1\", ", "{\"image_id\": \"sa_1_0\", ", "masks are of a picture that has no caption", "picture sa_1_1")]
    public void What_is_left_out_is_told_with_its_place(string kind, string file, string from, string to, string reason, string place)
    {
        ImportReport report = Run(kind, file, from, to);
        ImportRemark remark = Assert.Single(report.LeftOut, remark => remark.Reason == reason);
        Assert.Contains(place, remark.Places);
    }

    [Fact]
    public void Files_of_a_split_that_are_missing_are_told()
    {
        ImportReport report = Run("grandf", "annotations/train/OpenPsgGCG_train.json", null, null, ImportPurpose.Training);
        Assert.Equal(["OpenPsgGCG_train.json"], Assert.Single(report.Notes, remark => remark.Reason.Contains("four files", StringComparison.Ordinal)).Places);
    }

    [Fact]
    public void Sentences_that_are_no_UTF_8_are_told()
    {
        // Latin-1's 0xE9 stands alone: no UTF-8.
        ImportReport report = Run("flickr30k-entities", "Sentences/1000092795.txt", "happens", "\u00e9");
        Assert.Equal(["1000092795.txt"], Assert.Single(report.Notes, remark => remark.Reason.Contains("code page 1252", StringComparison.Ordinal)).Places);
    }

    [Fact]
    public void A_picture_too_large_to_draw_into_is_refused_with_what_says_so()
    {
        InvalidDataException refusal = Assert.Throws<InvalidDataException>(() => Run("reasonseg", "val/102_aaaaaaaa_o.json", "\"imageHeight\": 9, \"imageWidth\": 9", "\"imageHeight\": 65536, \"imageWidth\": 65536", without: "val/102_aaaaaaaa_o.jpg"));
        Assert.Contains("'102_aaaaaaaa_o.json', imageWidth: a picture of 65536x65536 pixels", refusal.Message, StringComparison.Ordinal);
    }

    /// <summary>Imports a fixture in which one text is another one, or a file is gone.</summary>
    private static ImportReport Run(string kind, string file, string? from, string? to, ImportPurpose purpose = ImportPurpose.Evaluation, string? without = null)
    {
        using TemporaryFolder folder = new();
        string root = Data.PathOf("fixtures");
        foreach (string source in Directory.GetFiles(root, "*", SearchOption.AllDirectories))
        {
            string target = folder.PathOf("fixtures/" + Path.GetRelativePath(root, source).Replace('\\', '/'));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(source, target);
        }

        string own = folder.PathOf("fixtures/" + Fixtures.Folders[kind]);
        string path = Path.Combine(own, file);
        if (from is null)
        {
            File.Delete(path);
        }
        else
        {
            string text = Encoding.Latin1.GetString(File.ReadAllBytes(path));
            Assert.Contains(from, text, StringComparison.Ordinal);
            File.WriteAllBytes(path, Encoding.Latin1.GetBytes(text.Replace(from, to, StringComparison.Ordinal)));
        }

        if (without is not null)
        {
            File.Delete(Path.Combine(own, without));
        }

        ImportOptions options = Fixtures.Options(kind, folder.PathOf("out/segcap.jsonl"), purpose, own);
        return DatasetImporter.Run(file.StartsWith("all_", StringComparison.Ordinal) ? options with { Split = "all" } : options);
    }
}
