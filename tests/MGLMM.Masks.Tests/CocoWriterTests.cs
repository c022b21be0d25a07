using System.Text;
using System.Text.Json;

namespace MGLMM.Masks.Tests;

/// <summary>Documents as cocodataset.org ("Data format") and pycocotools describe them; the strings and numbers are worked out by hand.</summary>
public class CocoWriterTests
{
    // Down the columns: 4 outside, 2 inside, 1 outside, 2 inside, 3 outside; from the fourth on each count is written less the one two before it.
    private static readonly Mask Square = Mask.FromRectangle(4, 3, new PixelBox(1, 1, 3, 3));

    [Fact]
    public void An_annotation_has_the_fields_of_the_format() => Assert.Equal(
        """{"id":5,"image_id":9,"category_id":2,"segmentation":{"size":[3,4],"counts":"42102"},"area":4,"bbox":[1,1,2,2],"iscrowd":0,"label":"a"}""",
        Written(coco => coco.WriteAnnotation(new CocoAnnotation(9, 2, Square) { Id = 5 }, entry => entry.WriteString("label", "a"))));

    [Fact]
    public void A_crowd_says_so() => Assert.Contains(
        "\"iscrowd\":1", Written(coco => coco.WriteAnnotation(new CocoAnnotation(9, 2, Square) { Id = 5, IsCrowd = true })), StringComparison.Ordinal);

    /// <summary>loadRes takes a box's area for the mask's, and gives ids itself.</summary>
    [Fact]
    public void A_result_has_a_score_and_neither_id_nor_box() => Assert.Equal(
        """{"image_id":9,"category_id":2,"segmentation":{"size":[3,4],"counts":"42102"},"score":0.5}""",
        Written(coco => coco.WriteAnnotation(new CocoAnnotation(9, 2, Square) { Score = 0.5 })));

    [Fact]
    public void Polygons_stand_in_for_run_lengths_and_the_area_stays_the_masks() => Assert.Equal(
        """{"id":1,"image_id":9,"category_id":2,"segmentation":[[0,0,2.5,0,2.5,2]],"area":4,"bbox":[1,1,2,2],"iscrowd":0}""",
        Written(coco => coco.WriteAnnotation(new CocoAnnotation(9, 2, Square) { Id = 1, Polygons = [new MaskPolygon([new MaskPoint(0, 0), new MaskPoint(2.5, 0), new MaskPoint(2.5, 2)], [])] })));

    [Fact]
    public void Head_images_and_categories_have_the_fields_of_the_format()
    {
        Assert.Equal(
            """{"info":{"description":"d","version":"1"},"licenses":[]}""",
            Written(coco =>
            {
                coco.Json.WriteStartObject();
                coco.WriteHead("d", info => info.WriteString("version", "1"));
                coco.Json.WriteEndObject();
            }));
        Assert.Equal("""{"id":3,"file_name":"a.png","width":4,"height":3}""", Written(coco => coco.WriteImage(3, "a.png", 4, 3)));
        Assert.Equal("""{"id":1,"name":"tree","supercategory":"object","isthing":1}""", Written(coco => coco.WriteCategory(1, "tree", "object", entry => entry.WriteNumber("isthing", 1))));
    }

    private static string Written(Action<CocoWriter> write)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream))
        {
            write(new CocoWriter(json));
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
