const { PutObjectCommand, S3Client } = require('@aws-sdk/client-s3');

const s3 = new S3Client({});

exports.handler = async ({ source, time }) => {
  await s3.send(
    new PutObjectCommand({
      Bucket: process.env.REPORTS_BUCKET_NAME,
      Key: `reports/${source} ${time}.csv`,
      Body: 'article,count\npears,3\nplums,4\n',
    }),
  );
};
